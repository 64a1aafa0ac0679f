import { readersZone } from '#platform/web/session.tsx';
import { useNow } from './clock.ts';
import { t } from './messages.en.ts';
import css from './time.module.css';
import { ageWords, moneyWords, targetWords, twoClocks } from './times.ts';

type TwoTimesProps = { at: string; siteZone?: string | undefined; seconds?: boolean; layout?: 'line' | 'stack' };

/** A moment: the site's time first and strong, the reader's second where it differs; the machine form on hover and for readers. */
export function TwoTimes({ at, siteZone, seconds = false, layout = 'line' }: TwoTimesProps) {
  const now = useNow();
  const mine = readersZone();
  const { site, reader, machine } = twoClocks(new Date(at), { siteZone: siteZone ?? mine, readerZone: mine, now, seconds });
  return (
    <time dateTime={machine} title={machine} className={layout === 'stack' ? css.stack : css.line}>
      <span>
        <b className={css.strong}>{site.text}</b> {site.zone}
      </span>
      {reader && <span className="t2">{t('ui.time.yours', { time: `${reader.text} ${reader.zone}` })}</span>}
    </time>
  );
}

/** How long ago; ticks each second. */
export function Age({ since }: { since: string }) {
  const now = useNow();
  return <time dateTime={since} title={since}>{ageWords(now.getTime() - Date.parse(since))}</time>;
}

type TargetProps = { startedAt: string; targetMs: number; endedAt?: string | null; layout?: 'bar' | 'figure'; label: string };

/** A target that runs: what is left and its bar, or in the colour of lateness how far it is over. `label` says of what. */
export function Target({ startedAt, targetMs, endedAt, layout = 'bar', label }: TargetProps) {
  const now = useNow();
  const { isOver, text, part } = targetWords(new Date(startedAt), targetMs, endedAt ? new Date(endedAt) : now);
  const words = isOver ? t('ui.target.over', { time: text }) : t('ui.target.left', { time: text, of: ageWords(targetMs) });
  return (
    <div className={isOver ? css.over : css.running}>
      {layout === 'figure' && (
        <div className={css.figure}>
          <b className="figure">{isOver ? t('ui.target.over', { time: text }) : text}</b> <span className="t2">{isOver ? label : t('ui.target.of', { of: ageWords(targetMs), label })}</span>
        </div>
      )}
      <div className={css.bar} role="img" aria-label={`${label}: ${words}`} title={`${label}: ${words}`}>
        <i style={{ width: `${part * 100}%` }} />
      </div>
    </div>
  );
}

type MoneyProps = { minor: number | null; currency: string; isGuess?: boolean; saysCurrency?: boolean };

/** A sum; a guess says that it is one, and what isn't known yet says so. */
export const Money = ({ minor, currency, isGuess = false, saysCurrency = true }: MoneyProps) =>
  minor === null ? <span className="t2">{t('ui.money.unknown')}</span> : <span className="nowrap">{moneyWords({ minor, currency }, { saysCurrency })}{isGuess && <span className="t2"> {t('ui.money.guess')}</span>}</span>;
