import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Link } from '#platform/web/navigation.tsx';
import css from './button.module.css';
import { cx } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { KeyCap } from './key-cap.tsx';

type Look = {
  /** `filled`: the one next action of a screen. `plain`: all else. `quiet`: without a frame. `danger`: can't be undone. */
  look?: 'filled' | 'plain' | 'quiet' | 'danger';
  /** `large` is 40 px: the next action of a record, answers, forms. */
  size?: 'normal' | 'large';
  icon?: IconName;
  /** The key that does the same, shown as a cap. Binding it is `useCommands`' work. */
  keyCap?: string;
  children?: ReactNode;
};

type ButtonProps = Look & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> & { isBusy?: boolean; ref?: Ref<HTMLButtonElement> };

const classOf = ({ look = 'plain', size = 'normal' }: Look): string => cx(css.button, css[look], size === 'large' && css.large);

const Inside = ({ icon, keyCap, children }: Look) => (
  <>
    {icon && <Icon name={icon} size={13} />}
    {children}
    {keyCap && <KeyCap k={keyCap} />}
  </>
);

/** A button. While busy it says so, stays where it is and takes no second press. */
export function Button({ look = 'plain', size = 'normal', icon, keyCap, children, isBusy = false, className, onClick, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={cx(classOf({ look, size }), className)} aria-busy={isBusy || undefined} onClick={(event) => (isBusy ? event.preventDefault() : onClick?.(event))} {...rest}>
      <Inside {...(icon && { icon })} {...(keyCap && { keyCap })}>{children}</Inside>
    </button>
  );
}

type LinkButtonProps = Look & { to: string; className?: string; replace?: boolean };

/** A link that looks like a button: it leads somewhere. */
export const LinkButton = ({ to, look = 'plain', size = 'normal', icon, keyCap, children, className }: LinkButtonProps) => (
  <Link to={to} className={cx(classOf({ look, size }), className)}>
    <Inside {...(icon && { icon })} {...(keyCap && { keyCap })}>{children}</Inside>
  </Link>
);

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> & { icon: IconName; label: string; ref?: Ref<HTMLButtonElement> };

/** A button of an icon alone, for the few that need no word; `label` is said and shown on hover. */
export const IconButton = ({ icon, label, className, type = 'button', ...rest }: IconButtonProps) => (
  <button type={type} className={cx(css.button, css.quiet, css.bare, className)} aria-label={label} title={label} {...rest}>
    <Icon name={icon} size={13} />
  </button>
);
