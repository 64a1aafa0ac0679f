import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Tried } from '../mapping-contract.ts';
import { placeWords } from './bytes.ts';
import css from './mapping.module.css';
import { t } from './messages.en.ts';

type TriedSignalsProps = { tried: { items: readonly Tried[]; different: number; faults: readonly { at: string; reason: string }[] } };

/** What past signals are now and by the draft; those that differ first in the eye. */
export function TriedSignals({ tried: { items, different, faults } }: TriedSignalsProps) {
  if (faults.length > 0) return <div className={css.body} role="status"><p>{t('signals.mapping.faulty', { n: faults.length })}</p><ul>{faults.slice(0, 20).map(({ at, reason }) => <li key={at}><span className="mono">{at}</span> {reason}</li>)}</ul></div>;
  if (items.length === 0) return <Empty>{t('signals.mapping.try.none')}</Empty>;
  return (
    <>
      <p className={css.sum} role="status">{t('signals.mapping.tried', { n: items.length, m: different })}</p>
      <ul className={css.tried}>{items.map((one) => <One key={one.id} one={one} />)}</ul>
    </>
  );
}

function One({ one }: { one: Tried }) {
  return (
    <li data-different={one.isDifferent || undefined}>
      <div className={css.when}><TwoTimes at={one.receivedAt} seconds />{one.isDifferent && <Tag look="p2">{t('signals.mapping.different')}</Tag>}</div>
      <div className={css.both}>
        <Reading title={t('signals.mapping.now')} reading={one.now} />
        <Reading title={t('signals.mapping.draft')} reading={one.draft} />
      </div>
      <details>
        <summary>{t('signals.mapping.message')}</summary>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
        <pre className={css.raw} tabIndex={0}>{one.raw.replaceAll('\\x0d\\x0a', '\n').replaceAll('\\x0a', '\n')}</pre>
        {one.faults.length > 0 && <ul className="small">{one.faults.map(({ at, reason }, i) => <li key={`${at}${String(i)}`}><span className="mono">{at}</span> {reason}</li>)}</ul>}
      </details>
    </li>
  );
}

const Reading = ({ title, reading }: { title: string; reading: Tried['now'] }) => (
  <div>
    <h3 className="t2 small">{title}</h3>
    {reading.problem && <p>{reading.problem}</p>}
    {reading.events.map((event, i) => (
      <p key={`${event.type}${String(i)}`}>
        <b className="strong">{event.title}</b> <span className="t2">{[t(`signals.effect.${effectOf(event.effect)}`), placeWords(event.point), event.text ?? ''].filter(Boolean).join(' · ')}</span>
      </p>
    ))}
    {reading.count > reading.events.length && <p className="t3 small">{t('signals.mapping.more', { n: reading.count - reading.events.length })}</p>}
    {reading.externalId !== null && <p className="t3 small">{t('signals.mapping.named', { name: reading.externalId })}</p>}
  </div>
);

const EFFECTS = ['raise', 'restore', 'restore-point', 'cancel', 'note'] as const;
const effectOf = (effect: string): (typeof EFFECTS)[number] => EFFECTS.find((one) => one === effect) ?? 'note';
