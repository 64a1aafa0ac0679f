import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Figure, Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Destination, readDestination, resumeDestination, testDestination } from '../contract.ts';
import { End, Pause, Renew, Replay } from './destination-dialogs.tsx';
import { ChangeDestination } from './destination-form.tsx';
import css from './destinations.module.css';
import { t } from './messages.en.ts';
import { Messages } from './messages-panel.tsx';
import { eventWords, StateTag } from './words.tsx';

/** One destination: what it is told, how it stands, and what was sent. */
export default function DestinationPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('convergence', readDestination, { id }, { everyMs: 5000 });
  return <AskedRecord title={t('destinations.one')} reading={reading}>{(destination) => <Shown key={destination.id} destination={destination} />}</AskedRecord>;
}

type Asking = 'change' | 'pause' | 'end' | 'renew' | 'replay' | null;

function Shown({ destination }: { destination: Destination }) {
  const [asking, setAsking] = useState<Asking>(null);
  const { id, name, state, queued, dead } = destination;
  useWhere({ title: name });
  const close = (): void => setAsking(null);
  return (
    <RecordPage
      number={destination.origin} title={name} state={<StateTag destination={destination} />} figures={<><Figure figure={queued} word={t('destinations.queued')} /><Figure figure={dead} word={t('destinations.dead')} /></>}
      actions={state !== 'ended' && <Actions destination={destination} onAsk={setAsking} />}
    >
      <div className={css.page}>
        <Panel title={t('destinations.facts')}><div className={css.pad}><Facts destination={destination} /></div></Panel>
        <Messages id={id} isEnded={state === 'ended'} />
      </div>
      {asking === 'change' && <ChangeDestination destination={destination} onClose={close} />}
      {asking === 'pause' && <Pause destination={destination} onClose={close} />}
      {asking === 'end' && <End destination={destination} onClose={close} />}
      {asking === 'renew' && <Renew destination={destination} onClose={close} />}
      {asking === 'replay' && <Replay destination={destination} onClose={close} />}
    </RecordPage>
  );
}

function Actions({ destination: { id, name, state, transport }, onAsk }: { destination: Destination; onAsk: (asking: Asking) => void }) {
  const resuming = useSend('convergence', resumeDestination);
  const testing = useSend('convergence', testDestination);
  const resume = async (): Promise<void> => {
    await resuming.send({ id });
    announce(t('destinations.resumed', { name }));
  };
  const test = async (): Promise<void> => {
    await testing.send({ id });
    announce(t('destinations.tested'));
  };
  return (
    <>
      <Button onClick={() => onAsk('change')}>{t('destinations.change')}</Button>
      {transport === 'webhook' && <Button onClick={() => onAsk('renew')}>{t('destinations.secret.new')}</Button>}
      <Button onClick={() => onAsk('replay')}>{t('destinations.replay')}</Button>
      <Button look="danger" onClick={() => onAsk('end')}>{t('destinations.end')}</Button>
      {state === 'active' && <Button onClick={() => onAsk('pause')}>{t('destinations.pause')}</Button>}
      {state === 'active' ? <Button look="filled" isBusy={testing.isBusy} onClick={() => void test().catch(() => undefined)}>{t('destinations.test')}</Button> : <Button look="filled" isBusy={resuming.isBusy} onClick={() => void resume().catch(() => undefined)}>{t('destinations.resume')}</Button>}
    </>
  );
}

function Facts({ destination: d }: { destination: Destination }) {
  return (
    <>
      {d.pausedWhy !== null && <p role="status"><b>{t('destinations.state.paused')}:</b> {d.pausedWhy}</p>}
      {d.failingSince !== null && <p role="status">{t('destinations.failing')} <TwoTimes at={d.failingSince} seconds /></p>}
      {d.formerUntil !== null && Date.parse(d.formerUntil) > Date.now() && <p className="t2">{t('destinations.secret.until')} <TwoTimes at={d.formerUntil} /></p>}
      <dl className={css.facts}>
        <dt>{t('destinations.format')}</dt><dd>{t(`destinations.format.${d.format}`)}</dd>
        <dt>{t('destinations.where')}</dt><dd>{d.siteId === null ? t('destinations.where.all') : d.site}</dd>
        <dt>{t('destinations.events')}</dt><dd>{d.events.map(eventWords).join(', ')}</dd>
        <dt>{t('destinations.down-to')}</dt><dd>{t(`destinations.down-to.${d.downTo as 4}`)}</dd>
        <dt>{t('destinations.families')}</dt><dd>{d.families.length === 0 ? t('destinations.families.all') : d.families.join(', ')}</dd>
        <dt>{t('destinations.narrative.word')}</dt><dd>{t(d.hasNarrative ? 'destinations.narrative.yes' : 'destinations.narrative.no')}</dd>
        <dt>{t('destinations.delivered')}</dt><dd>{d.deliveredAt === null ? t('destinations.delivered.never') : <TwoTimes at={d.deliveredAt} seconds />}</dd>
      </dl>
      <p className="t2">{t('destinations.made', { name: d.madeBy })}, <TwoTimes at={d.madeAt} /></p>
    </>
  );
}
