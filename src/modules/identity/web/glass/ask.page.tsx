import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { confirmAsk, declineAsk, enterByGlass, type GlassAsk, readAsk, withdrawAsk } from '../../contract.ts';
import { useConfirmation } from '../factors/confirmation.tsx';
import css from './glass.module.css';
import { fillOf, t } from './messages.en.ts';
import { WhyDialog } from './why-dialog.tsx';

const EVERY_MS = 3_000;

export default function AskPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('identity', readAsk, { id }, { everyMs: EVERY_MS });
  return <AskedRecord title={t('glass.one')} reading={reading}>{(ask) => <TheAsk key={ask.id} ask={ask} />}</AskedRecord>;
}

function TheAsk({ ask }: { ask: GlassAsk }) {
  const [confirming, entering, withdrawing, declining] = [useSend('identity', confirmAsk), useSend('identity', enterByGlass), useSend('identity', withdrawAsk), useSend('identity', declineAsk)];
  const confirmation = useConfirmation();
  const [isDeclining, setDeclining] = useState(false);
  useWhere({ title: t('glass.one') });
  const { id, mine, state } = ask;
  const isOpen = state === 'asked' || state === 'confirmed';
  const confirm = (): void => void confirmation.run(async () => { await confirming.send({ id }); announce(t('glass.confirmed')); }).catch(() => undefined);
  const enter = (): void => void confirmation.run(() => entering.send({ id })).catch(() => undefined);
  const problem = [confirming, entering, withdrawing].map((one) => one.problem).find((one) => one && one.code !== 'identity.confirm_first');
  const actions = mine === 'witness' ? state === 'asked' && (
    <><Button look="filled" isBusy={confirming.isBusy} onClick={confirm}>{t('glass.confirm')}</Button><Button onClick={() => setDeclining(true)}>{t('glass.decline')}</Button></>
  ) : isOpen && (
    <>{state === 'confirmed' && <Button look="filled" isBusy={entering.isBusy} onClick={enter}>{t('glass.enter')}</Button>}<Button isBusy={withdrawing.isBusy} onClick={() => void withdrawing.send({ id }).catch(() => undefined)}>{t('glass.withdraw')}</Button></>
  );
  return (
    <>
      <RecordPage number={t('glass.one')} title={ask.number} state={<State fill={fillOf(state)}>{t(`glass.state.${state}`)}</State>} actions={actions}>
        <div className={css.panels}>
          <Panel title={t('glass.what')}>
            <div className={css.pad}>
              <FaultSummary faults={[]} detail={problem?.detail} />
              <Next ask={ask} />
              <Facts ask={ask} />
            </div>
          </Panel>
        </div>
      </RecordPage>
      {confirmation.dialog}
      {isDeclining && <WhyDialog title={t('glass.decline')} sending={declining} onSend={async (why) => { await declining.send({ id, why }); announce(t('glass.declined')); setDeclining(false); }} onClose={() => setDeclining(false)} />}
    </>
  );
}

/** What there is to do now, or what came of it. */
function Next({ ask: { mine, state, opened, asker, witness } }: { ask: GlassAsk }) {
  if (opened) return <p className="strong">{t('glass.opened')} <TwoTimes at={opened.until} /> <RecordLink kind={opened.kind} id={opened.recordId}>{t('glass.open')}</RecordLink></p>;
  if (state === 'used') return <p className="strong" role="status">{t('glass.nothing')}</p>;
  if (mine === 'witness') return state === 'asked' ? <p>{t('glass.next.witness', { name: asker.name })}</p> : state === 'confirmed' ? <p role="status">{t('glass.next.witnessed')}</p> : null;
  return state === 'asked' ? <p role="status">{t('glass.next.ask-witness', { name: witness.name })}</p> : state === 'confirmed' ? <p role="status">{t('glass.next.enter', { name: witness.name })}</p> : null;
}

const Facts = ({ ask }: { ask: GlassAsk }) => (
  <dl className="facts">
    <dt>{t('glass.asker')}</dt><dd>{ask.asker.name} <TwoTimes at={ask.askedAt} /></dd>
    <dt>{t('glass.witness')}</dt><dd>{ask.witness.name}</dd>
    <dt>{t('glass.reason')}</dt><dd>{ask.reason}</dd>
    <dt>{t('glass.why')}</dt><dd>{ask.words}</dd>
    <dt>{t('glass.long')}</dt><dd>{t('glass.minutes.of', { n: ask.minutes })}</dd>
    {(ask.state === 'asked' || ask.state === 'confirmed') && <><dt>{t('glass.lapses')}</dt><dd><TwoTimes at={ask.lapsesAt} /></dd></>}
    {ask.declinedWhy && <><dt>{t('glass.state.declined')}</dt><dd>{ask.declinedWhy}</dd></>}
  </dl>
);
