import { type Command, useOfferedCommands } from '#platform/web/commands.ts';
import { Dialog } from '#ui/dialog.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import css from './all-keys.module.css';
import { t } from './messages.en.ts';

const EVERYWHERE = new Set(['/', 'Ctrl+K', '?']);

/** Every key that does something now. */
export default function AllKeys({ onClose }: { onClose: () => void }) {
  const keyed = [...useOfferedCommands().values()].flat().filter((command) => command.key !== undefined);
  const everywhere = keyed.filter((command) => EVERYWHERE.has(command.key ?? ''));
  const here = keyed.filter((command) => !EVERYWHERE.has(command.key ?? ''));
  return (
    <Dialog title={t('shell.keys.title')} onClose={onClose} size="wide">
      {here.length > 0 && <Keys title={t('shell.keys.here')} commands={here} />}
      <Keys title={t('shell.keys.everywhere')} commands={everywhere} />
      <p className="t2 small">{t('shell.keys.note')}</p>
    </Dialog>
  );
}

const Keys = ({ title, commands }: { title: string; commands: readonly Command[] }) => (
  <section>
    <h3 className="label">{title}</h3>
    <dl className={css.keys}>
      {commands.map((command) => (
        <div key={`${command.key}${command.title}`}>
          <dt><KeyCap k={command.key ?? ''} /></dt>
          <dd>{command.title}{command.unavailable && <span className="t3"> · {command.unavailable}</span>}</dd>
        </div>
      ))}
    </dl>
  </section>
);
