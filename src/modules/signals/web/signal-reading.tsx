import { Fragment, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Icon } from '#ui/icon.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Meaning, SignalDetail } from '../contract.ts';
import { dumpOf, piecesOf, placeWords } from './bytes.ts';
import { t } from './messages.en.ts';
import css from './signal-reading.module.css';

type SignalReadingProps = { signal: SignalDetail; siteZone?: string | undefined };

/** A signal: its bytes as they came, and what they say, side by side where there is room. */
export const SignalReading = ({ signal, siteZone }: SignalReadingProps) => (
  <div className={css.reading}>
    <div className={css.side}>
      <Bytes signal={signal} />
      <Said signal={signal} siteZone={siteZone} />
    </div>
  </div>
);

function Bytes({ signal }: { signal: SignalDetail }) {
  const [isHex, setHex] = useState(false);
  return (
    <section aria-label={t('signals.bytes')}>
      <div className={css.head}>
        <h3>{t('signals.bytes')}</h3>
        <Button look="quiet" aria-pressed={isHex} onClick={() => setHex(!isHex)}>{t(isHex ? 'signals.bytes.as-text' : 'signals.bytes.as-hex')}</Button>
      </div>
      <div className={css.bytes} tabIndex={0} role="group" aria-label={t('signals.bytes.n', { n: signal.hex.length / 2 })}>
        {isHex ? (
          <div className={css.dump}>{dumpOf(signal.hex).map((line) => <Fragment key={line.offset}><span>{line.offset}</span><span>{line.hex}</span><span>{line.text}</span></Fragment>)}</div>
        ) : (
          piecesOf(signal.hex).map((piece, at) => (piece.isByte ? <span key={at} className={css.byte}>{piece.text}</span> : <Fragment key={at}>{piece.text}</Fragment>))
        )}
      </div>
      <p className="t2 small">{t('signals.bytes.n', { n: signal.hex.length / 2 })}</p>
    </section>
  );
}

function Said({ signal, siteZone }: SignalReadingProps) {
  const hasOwnTime = signal.hasTime && Math.abs(Date.parse(signal.occurredAt) - Date.parse(signal.receivedAt)) >= 1_000;
  return (
    <section aria-label={t('signals.said')}>
      <div className={css.head}><h3>{t('signals.said')}</h3>{signal.isSimulated && <SimulatedTag />}{signal.isLate && <Tag look="p2" icon="clock">{t('signals.late')}</Tag>}</div>
      {signal.problem && <p className={css.problem}><Icon name="warning" size={13} /><span>{signal.problem}</span></p>}
      {signal.events.map((event, at) => <Event key={at} event={event} />)}
      <dl className={`facts ${css.facts}`}>
        <dt>{t('signals.received')}</dt><dd><TwoTimes at={signal.receivedAt} siteZone={siteZone} seconds /></dd>
        {hasOwnTime && <><dt>{t('signals.occurred')}</dt><dd><TwoTimes at={signal.occurredAt} siteZone={siteZone} seconds /></dd></>}
        <dt>{t('signals.source')}</dt><dd>{signal.sourceName}</dd>
        <dt>{t('signals.account')}</dt><dd className="mono">{signal.account}</dd>
        <dt>{t('signals.message')}</dt><dd><span className="mono">{signal.token}</span> {t('signals.sequence', { n: String(signal.sequence).padStart(4, '0') })}</dd>
        {signal.repeats > 0 && <><dt>{t('signals.repeats')}</dt><dd>{t('signals.sent-again', { n: signal.repeats })}</dd></>}
        {signal.facts.map((fact, at) => <Fragment key={at}><dt>{fact.name}</dt><dd>{fact.value}</dd></Fragment>)}
      </dl>
    </section>
  );
}

function Event({ event }: { event: Meaning }) {
  const place = placeWords(event.point, event.area);
  const effect = t(`signals.effect.${isEffect(event.effect) ? event.effect : 'note'}`);
  return (
    <div className={css.event}>
      <div className={css.name}>
        <b>{event.title}</b>
        {event.code && <Tag look="line"><span className="mono">{event.qualifier ?? ''}{event.code}</span></Tag>}
        {!event.isUnderstood && <Tag look="p2" icon="warning">{t('signals.not-understood')}</Tag>}
        {event.isUnverified && <Tag look="line">{t('signals.unverified')}</Tag>}
      </div>
      <p className="t2">{[effect, place, event.user === null ? '' : t('signals.user', { user: event.user }), event.text ?? ''].filter(Boolean).join(' · ')}</p>
    </div>
  );
}

const EFFECTS = ['raise', 'restore', 'restore-point', 'cancel', 'note'] as const;
const isEffect = (effect: string): effect is (typeof EFFECTS)[number] => EFFECTS.some((one) => one === effect);
