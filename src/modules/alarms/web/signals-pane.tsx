import { useState } from 'react';
import { useMay } from '#platform/web/session.tsx';
import { LinkButton } from '#ui/button.tsx';
import { CutStrip, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { SignalReading } from '#modules/signals/web/public.tsx';
import type { AlarmDetail } from '../contract.ts';
import { effectOf } from './detail.tsx';
import { DeviceHistory } from './device-history.tsx';
import { t } from './messages.en.ts';
import css from './signals-pane.module.css';

/** The signals of an alarm, the one chosen (else the latest) as bytes and meaning, and what its device did before. */
export function SignalsPane({ alarm, siteZone }: { alarm: AlarmDetail; siteZone: string | undefined }) {
  const maySee = useMay('signals:read');
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = alarm.signals.find((signal) => signal.id === chosen) ?? alarm.signals.at(-1);
  return (
    <>
      <div className="panel-head">
        <h2 className="cut">{t('watch.signals.of', { number: alarm.number })}</h2>
        <span className="t2 small">{alarm.signals.length}</span>
        <span className="space" />
        {maySee && shown && <LinkButton look="quiet" to={`/watch/signals/${shown.id}`}>{t('watch.signals.open')}</LinkButton>}
        {maySee && <LinkButton className="desk-only" look="quiet" to="/watch/signals">{t('watch.signals.all')}</LinkButton>}
      </div>
      <CutStrip />
      <div className={css.pane} tabIndex={0} role="group" aria-label={t('watch.signals')}>
        {alarm.signals.length > 1 && (
          <ul className={css.list} aria-label={t('watch.signals.list')}>
            {alarm.signals.toReversed().map((signal) => (
              <li key={`${signal.id}${signal.effect}`}>
                <button type="button" className={css.line} aria-pressed={signal === shown} onClick={() => setChosen(signal.id)}>
                  <TwoTimes at={signal.receivedAt} siteZone={siteZone} seconds />
                  <span className="mono desk-only">{signal.code}</span>
                  <span className="cut">{signal.title}</span>
                  <span className="t2 small desk-only">{t(`watch.effect.${effectOf(signal.effect)}`)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className={css.reading}>{shown ? <SignalReading key={shown.id} signal={shown} siteZone={siteZone} /> : <Empty>{t('watch.signals.none')}</Empty>}</div>
        <DeviceHistory alarm={alarm} siteZone={siteZone} />
      </div>
    </>
  );
}
