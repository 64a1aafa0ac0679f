import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { useKeys } from '#platform/web/keys.ts';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import css from './dialog.module.css';
import { toFirstFault } from './first-fault.ts';
import { t } from './messages.en.ts';

type DialogProps = {
  title: string;
  children: ReactNode;
  onClose: () => void;
  /** The buttons at the foot: the next action first for the reader, at the right for the eye. */
  actions?: ReactNode;
  /** With it the dialog is a form, and Enter in a field submits it. */
  onSubmit?: () => void;
  size?: 'normal' | 'wide';
};

/** A question over the page: the focus stays in it, Escape closes it and goes back to where it was. Draw it only while open. */
export function Dialog({ title, children, onClose, actions, onSubmit, size = 'normal' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useKeys({ Escape: onClose }, { isModal: true });
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    const first = element?.querySelector<HTMLElement>('[data-autofocus], [data-dialog-body] input, [data-dialog-body] textarea, [data-dialog-body] select') ?? element?.querySelector<HTMLElement>('[data-dialog-body] button, footer button');
    first?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit?.();
    toFirstFault(event.currentTarget);
  };
  const body = (
    <>
      <header className={css.head}>
        <h2 className="head" id={id}>{title}</h2>
        <IconButton icon="close" label={t('ui.dialog.close')} onClick={onClose} />
      </header>
      <div className={css.body} data-dialog-body>{children}</div>
      {actions && <footer className={css.foot}>{actions}</footer>}
    </>
  );
  return (
    <dialog ref={dialog} className={cx(css.dialog, size === 'wide' && css.wide)} aria-labelledby={id} onCancel={(event) => event.preventDefault()}>
      {onSubmit ? <form className={css.form} onSubmit={submit} noValidate>{body}</form> : <div className={css.form}>{body}</div>}
    </dialog>
  );
}
