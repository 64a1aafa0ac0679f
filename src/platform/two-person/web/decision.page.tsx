import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useDecisionWords } from '#platform/web/decision-words.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { WallEdge } from '#ui/wall-edge.tsx';
import { type Decision, readDecision, withdrawDecision } from '../contract.ts';
import { type Deciding, DecidingDialog } from './deciding-dialog.tsx';
import { DecisionFacts } from './decision-facts.tsx';
import css from './decision.module.css';
import { fillOf, t } from './messages.en.ts';

export default function DecisionPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('two-person', readDecision, { id });
  return <AskedRecord title={t('decision')} reading={reading}>{(decision) => <TheDecision key={decision.id} decision={decision} />}</AskedRecord>;
}

/** The dialogs behind what I may do; taking back is one press. */
const DIALOGS: Readonly<Record<Exclude<Decision['may'][number], 'withdraw'>, readonly Deciding[]>> = { approve: ['approve'], refuse: ['refuse'], review: ['confirm', 'object'] };

function TheDecision({ decision }: { decision: Decision }) {
  const [open, setOpen] = useState<Deciding | null>(null);
  const withdrawing = useSend('two-person', withdrawDecision);
  const words = useDecisionWords()(decision.kind);
  const title = words?.sentence(decision.facts) ?? t('decision.unknown', { kind: decision.kind });
  useWhere({ title: words?.title ?? t('decision') });
  const withdraw = (): void => void withdrawing.send({ id: decision.id }).then(() => announce(t('decision.withdraw.done')), (error: Error) => announce(error.message));
  const dialogs = decision.may.flatMap((verb) => (verb === 'withdraw' ? [] : DIALOGS[verb]));
  const mayWithdraw = decision.may.includes('withdraw');
  useCommands([...dialogs.map((verb) => ({ title: t(`decision.${verb}`), run: () => setOpen(verb) })), ...(mayWithdraw ? [{ title: t('decision.withdraw'), run: withdraw }] : [])]);
  return (
    <>
      <RecordPage
        number={words?.title ?? t('decision')} title={title} wall={decision.isWalled && <WallEdge people={[]} words={t('decision.walled')} said={t('decision.walled.said')} />}
        state={<><State fill={fillOf(decision.state)}>{t(`decision.state.${decision.state}`)}</State>{decision.state === 'alone' && !decision.review && <Tag look="p2">{t('decision.alone.open')}</Tag>}</>}
        actions={<>
          {dialogs.map((verb) => <Button key={verb} look={verb === 'approve' || verb === 'confirm' ? 'filled' : 'plain'} onClick={() => setOpen(verb)}>{t(`decision.${verb}`)}</Button>)}
          {mayWithdraw && <Button isBusy={withdrawing.isBusy} onClick={withdraw}>{t('decision.withdraw')}</Button>}
        </>}
      >
        <div className={css.panels}>
          <Panel title={t('decision.facts')}><div className={css.pad}><DecisionFacts decision={decision} /><Says decision={decision} /></div></Panel>
          <Panel title={t('decision.course')}><div className={css.pad}><Course decision={decision} /></div></Panel>
        </div>
      </RecordPage>
      {open && <DecidingDialog decision={decision} verb={open} title={title} onClose={() => setOpen(null)} />}
    </>
  );
}

/** What stands in the way, or what there is to do, in a sentence. */
function Says({ decision: { state, blocked, proposedBy, review } }: { decision: Decision }) {
  const isMine = useMe().personId === proposedBy.id;
  const words = blocked ?? (state === 'waiting' && isMine ? t('decision.own') : state === 'alone' && !review && !isMine ? t('decision.alone.why', { name: proposedBy.name }) : null);
  return words === null ? null : <p className="t2">{words}</p>;
}

const Note = ({ children }: { children: string }) => (children ? <><dt>{t('decision.note')}</dt><dd>{children}</dd></> : null);

const Course = ({ decision: { state, proposedBy, proposedAt, expiresAt, decidedBy, decidedAt, decidedWhy, review } }: { decision: Decision }) => (
  <dl className="facts">
    <dt>{t('decision.proposed')}</dt><dd>{proposedBy.name} <TwoTimes at={proposedAt} /></dd>
    {state === 'waiting' && <><dt>{t('decision.expires')}</dt><dd><TwoTimes at={expiresAt} /></dd></>}
    {decidedAt && <><dt>{t('decision.decided')}</dt><dd>{t(`decision.state.${state}`)}{decidedBy && `, ${decidedBy.name}`} <TwoTimes at={decidedAt} /></dd></>}
    <Note>{decidedWhy}</Note>
    {review && <><dt>{t('decision.reviewed')}</dt><dd>{t(`decision.${review.verdict}`)}, {review.by.name} <TwoTimes at={review.at} /></dd><Note>{review.why}</Note></>}
  </dl>
);
