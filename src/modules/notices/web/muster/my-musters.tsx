import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { listMyMusters, sayHowIAm } from '../../muster-contract.ts';
import css from '../notices.module.css';
import { t } from './messages.en.ts';

const SAYS = ['safe', 'help', 'away'] as const;

/** Open roll calls that expect me, each answered with one touch; nothing where none does. */
export function MyMusters() {
  const reading = useRead('notices', listMyMusters, {});
  const { send, isBusy, problem } = useSend('notices', sayHowIAm);
  const [place, setPlace] = useState('');
  return (reading.data?.items ?? []).map((one) => (
    <Panel key={one.id} title={one.title}>
      <div className={css.pad}>
        <FaultSummary faults={[]} detail={problem?.detail} />
        <TextField label={t('musters.mine.place')} isOptional value={place} onValue={setPlace} />
        {SAYS.map((state) => <Button key={state} size="large" look={state === 'help' ? 'danger' : 'filled'} isBusy={isBusy} onClick={() => void send({ id: one.id, state, place: place.trim() }).catch(() => undefined)}>{t(`musters.mine.${state}`)}</Button>)}
        {one.saidAt && <p role="status">{t('musters.mine.thanks', { state: t(`musters.is.${one.state}`) })}</p>}
      </div>
    </Panel>
  ));
}
