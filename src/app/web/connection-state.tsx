import { useConnection } from '#platform/web/live.ts';
import { decimal } from '#platform/web/messages.ts';
import { readersZone } from '#platform/web/session.tsx';
import { cx } from '#ui/class-names.ts';
import { timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import css from './connection-state.module.css';
import { t } from './messages.en.ts';

/** A grey dot while live, a ring while late, hatched while cut; always with its words. */
export function ConnectionState() {
  const state = useConnection();
  const time = 'since' in state ? timeWords(wallAt(state.since, readersZone())) : '';
  const words = {
    connecting: () => t('shell.connecting'),
    live: () => t('shell.live', { s: 'lagS' in state ? decimal(state.lagS, 1) : '' }),
    late: () => t('shell.late', { s: 'lagS' in state ? state.lagS : '' }),
    cut: () => t('shell.cut', { time }),
  }[state.kind]();
  const more = state.kind === 'cut' && t('shell.cut.more', { time });
  return (
    <div className={css.connection} title={`${words}${more || ''}`}>
      <i className={cx(css.dot, css[state.kind])} aria-hidden="true" />
      <span className={state.kind === 'cut' ? css.always : css.words}>{words}{more && <span className="desk-only">{more}</span>}</span>
      <span className="unseen" role="status">{state.kind === 'cut' || state.kind === 'late' ? words : ''}</span>
    </div>
  );
}
