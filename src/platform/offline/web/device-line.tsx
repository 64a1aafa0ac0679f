import { useEffect, useState } from 'react';
import { readersZone } from '#platform/web/session.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { Icon } from '#ui/icon.tsx';
import { Tag } from '#ui/tag.tsx';
import { ageWords, timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import { KEPT_DAYS } from '../contract.ts';
import css from './offline.module.css';
import { t } from './messages.en.ts';
import { sync } from './sync.ts';
import { useDevice } from './use-device.ts';

const SKEW_TOLD_MS = 60_000;

/** The time of day, with its date where that is not today. */
const clock = (ms: number): string => {
  const [wall, today] = [wallAt(new Date(ms), readersZone()), wallAt(new Date(), readersZone())];
  if (wall.year === today.year && wall.month === today.month && wall.day === today.day) return timeWords(wall, true);
  return `${wall.year}-${String(wall.month).padStart(2, '0')}-${String(wall.day).padStart(2, '0')} ${timeWords(wall)}`;
};

/** Whether this browser promised to keep what is here. */
function useIsKept(): boolean | null {
  const [isKept, setKept] = useState<boolean | null>(null);
  useEffect(() => void navigator.storage?.persisted?.().then(setKept, () => setKept(null)), []);
  return isKept;
}

const signIn = '/sign-in?to=%2Ffield';

/** How this device stands with the server, in words that say what to do. */
export function DeviceLine() {
  const { state, line } = useDevice();
  const isKept = useIsKept();
  useEffect(() => sync.now(), []);
  if (state.kind !== 'open') return <Shut />;
  const { meta, commands } = state;
  const refused = commands.filter((command) => command.state === 'refused').length;
  const unsent = commands.length - refused;
  const words = line.kind === 'sign-in' ? t('offline.line.sign-in') : line.kind === 'unknown-device' ? t('offline.line.unknown-device') : line.kind === 'unknown' ? t('offline.line.asking') : line.isSending && unsent > 0 ? t('offline.line.sending') : line.kind === 'here' ? (unsent === 0 ? t('offline.line.sent') : t('offline.line.sending')) : t('offline.line.cut');
  const skewMs = meta?.skewMs ?? 0;
  return (
    <section className={css.line} aria-label={t('offline.field')}>
      <div className={css.lineHead}>
        <Icon name={line.kind === 'here' ? 'check' : 'cut'} size={13} />
        <b role="status">{words}</b>
        {unsent > 0 && <Tag look="p2">{t('offline.line.saved', { n: unsent })}</Tag>}
        {refused > 0 && <Tag look="p1">{t('offline.line.refused', { n: refused })}</Tag>}
        <span className="space" />
        {line.kind === 'sign-in' ? <LinkButton to={signIn}>{t('offline.sign-in')}</LinkButton> : line.kind !== 'here' && <Button isBusy={line.isSending} onClick={() => sync.now()}>{t('offline.line.now')}</Button>}
      </div>
      <p className="t2 small">
        {meta?.heardMs && `${t('offline.line.heard', { time: clock(meta.heardMs) })} `}
        {meta && `${t('offline.line.until', { time: clock(meta.untilMs) })} `}
        {line.nextTryMs !== null && `${t('offline.line.next', { time: clock(line.nextTryMs) })} `}
        {Math.abs(skewMs) > SKEW_TOLD_MS && `${t(skewMs > 0 ? 'offline.line.ahead' : 'offline.line.behind', { time: ageWords(Math.abs(skewMs)) })} `}
        {isKept === false && t('offline.line.not-kept')}
      </p>
    </section>
  );
}

/** Why nothing can be read here, and what to do. */
function Shut() {
  const { state, line } = useDevice();
  const closed = line.kind === 'another' ? t('offline.line.closed.another', { who: state.meta?.person ?? '' }) : t('offline.line.closed', { n: KEPT_DAYS });
  const words = { opening: t('offline.line.opening'), none: t('offline.line.none'), open: '', closed, wiped: t('offline.line.wiped'), broken: t('offline.line.broken') }[state.kind];
  return (
    <section className={css.line} aria-label={t('offline.field')}>
      <div className={css.lineHead}>
        {(state.kind === 'closed' || state.kind === 'wiped') && <Icon name="lock" size={13} />}
        <b role="status">{words}</b>
        <span className="space" />
        {state.kind === 'closed' && <LinkButton to={signIn}>{t('offline.sign-in')}</LinkButton>}
      </div>
      {state.kind === 'none' && <p className="t2 small">{t('offline.line.none.more')}</p>}
      {state.kind === 'closed' && state.unread > 0 && <p className="t2 small">{t('offline.line.unread', { n: state.unread })}</p>}
    </section>
  );
}
