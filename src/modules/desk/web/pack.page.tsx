import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { cutoffWords } from '#modules/metrics/web/public.tsx';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useParams } from '@tanstack/react-router';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { dateWords } from '#ui/times.ts';
import { freezePack, issuePack, type Pack, type PackLine, readPack, recordAction, recordDecision, strikeLine } from '../pack-contract.ts';
import css from './desk.module.css';
import { t } from './messages.en.ts';
import { Filled } from './pack-sections.tsx';
import { SectionsPanel } from './section-dialog.tsx';

/** A pack: its sections while it is written, its frozen content afterwards, and what was decided upon it. */
export default function PackPage() {
  const reading = useRead('desk', readPack, { id: useParams({ strict: false }).id ?? '' });
  useWhere({ title: reading.data?.number ?? t('desk.packs') });
  return <AskedRecord reading={reading} title={t('desk.packs')}>{(pack) => <Body key={pack.id} pack={pack} />}</AskedRecord>;
}

function Body({ pack }: { pack: Pack }) {
  return (
    <RecordPage number={pack.number} title={pack.title} state={<span className="t2 small">{t(`desk.pack.kind.${pack.kind}`)} · {t(`desk.pack.state.${pack.state}`)}</span>} actions={<Actions pack={pack} />}>
      <div className={css.page}>
        <Facts pack={pack} />
        {pack.state !== 'issued' && <SectionsPanel pack={pack} />}
        {pack.content && <Filled content={pack.content} siteId={pack.siteId} />}
        {pack.state === 'issued' && <Lines pack={pack} />}
      </div>
    </RecordPage>
  );
}

function Actions({ pack }: { pack: Pack }) {
  const freezing = useSend('desk', freezePack);
  const issuing = useSend('desk', issuePack);
  const [outcome, setOutcome] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const [mayFreeze, mayIssue] = [useMay('desk:freeze'), useMay('desk:issue')];
  const problem = freezing.problem ?? issuing.problem;
  return (
    <>
      {pack.state !== 'issued' && mayFreeze && <Button look={pack.state === 'draft' ? 'filled' : 'plain'} isBusy={freezing.isBusy} onClick={() => void freezing.send({ id: pack.id }, { ifMatch: pack.version }).then(() => announce(t('desk.pack.frozen')), () => undefined)}>{t(pack.state === 'draft' ? 'desk.pack.freeze' : 'desk.pack.freeze.again')}</Button>}
      {pack.state === 'frozen' && mayIssue && <Button look="filled" isBusy={issuing.isBusy} onClick={() => void issuing.send({ id: pack.id }).then(setOutcome, () => undefined)}>{t('desk.pack.issue')}</Button>}
      {pack.content && <Button icon="print" onClick={() => void window.open(`/api/desk/packs/${pack.id}/pack.pdf`, '_blank', 'noopener')}>{t('desk.pack.print')}</Button>}
      {problem && <p className={css.late} role="alert">{problem.detail}</p>}
      {outcome && <Dialog title={t('desk.pack.issue')} onClose={() => setOutcome(null)} actions={<Button onClick={() => setOutcome(null)}>{t('desk.packs.close')}</Button>}><DecisionOutcome {...outcome} /></Dialog>}
    </>
  );
}

const Facts = ({ pack }: { pack: Pack }) => (
  <Panel title={t('desk.pack.about')}>
    <div className={css.pad}>
      <dl className="facts">
        {pack.content && <><dt>{t('desk.packs.cutoff')}</dt><dd>{cutoffWords(pack.content.cutoff)}</dd></>}
        <dt>{t('desk.packs.site')}</dt><dd>{pack.siteId === null ? t('desk.pack.organisation') : (pack.site ?? '')}</dd>
        <dt>{t('desk.packs.made')}</dt><dd>{pack.madeBy}, <TwoTimes at={pack.madeAt} /></dd>
        {pack.frozenAt !== null && <><dt>{t('desk.pack.state.frozen')}</dt><dd>{pack.frozenBy}, <TwoTimes at={pack.frozenAt} /></dd></>}
        {pack.issuedAt !== null && <><dt>{t('desk.pack.state.issued')}</dt><dd>{pack.approvedBy === null ? t('desk.pack.alone', { proposer: pack.proposedBy ?? '' }) : t('desk.pack.both', { proposer: pack.proposedBy ?? '', approver: pack.approvedBy })}, <TwoTimes at={pack.issuedAt} /></dd></>}
      </dl>
      {pack.state !== 'issued' && <p className="t2 small">{t('desk.pack.not-issued')}</p>}
    </div>
  </Panel>
);

function Lines({ pack }: { pack: Pack }) {
  const [adding, setAdding] = useState<'decision' | 'action' | null>(null);
  const [striking, setStriking] = useState<PackLine | null>(null);
  const mayDecide = useMay('desk:decide');
  const mayTask = useMay('tasks:write');
  return (
    <Panel title={t('desk.pack.lines')}>
      {mayDecide && <div className={css.pad}><div className={css.head}><Button onClick={() => setAdding('decision')}>{t('desk.pack.decision.add')}</Button>{mayTask && <Button onClick={() => setAdding('action')}>{t('desk.pack.action.add')}</Button>}</div></div>}
      {pack.lines.length === 0 ? <Empty>{t('desk.pack.lines.none')}</Empty> : (
        <ul className={css.rows}>
          {pack.lines.map((line) => (
            <li key={line.id}>
              <div className={css.words}>
                <b className={line.struck ? 't3' : 'strong'}>{line.struck ? <s>{line.text}</s> : line.text}</b>
                <p className="t2">{t(`desk.pack.line.${line.kind}`)} · {line.by}, {dateWords(line.at)}{line.task && <> · {t(`desk.pack.task.${line.task.state}`)}{line.task.owner !== null && `, ${line.task.owner}`}{line.task.dueAt !== null && `, ${dateWords(line.task.dueAt)}`}</>}{line.struck && <> · {t('desk.pack.struck', { by: line.struck.by, why: line.struck.why })}</>}</p>
              </div>
              {mayDecide && !line.struck && <Button onClick={() => setStriking(line)}>{t('desk.pack.strike')}</Button>}
            </li>
          ))}
        </ul>
      )}
      {adding === 'decision' && <WordsDialog title={t('desk.pack.decision.add')} label={t('desk.pack.decision')} verb={recordDecision} inputOf={(text) => ({ id: pack.id, text })} onClose={() => setAdding(null)} />}
      {adding === 'action' && <ActionDialog pack={pack} onClose={() => setAdding(null)} />}
      {striking && <WordsDialog title={t('desk.pack.strike')} label={t('desk.pack.strike.why')} verb={strikeLine} inputOf={(why) => ({ id: pack.id, rowId: striking.id, why })} onClose={() => setStriking(null)} />}
    </Panel>
  );
}

type WordsProps<V extends typeof recordDecision | typeof strikeLine> = { title: string; label: string; verb: V; inputOf: (words: string) => Parameters<ReturnType<typeof useSend<V>>['send']>[0]; onClose: () => void };

function WordsDialog<V extends typeof recordDecision | typeof strikeLine>({ title, label, verb, inputOf, onClose }: WordsProps<V>) {
  const sending = useSend('desk', verb);
  const [words, setWords] = useState('');
  const [isTried, setTried] = useState(false);
  const isShort = words.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isShort) return;
    await sending.send(inputOf(words.trim()));
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={sending.isBusy}>{title}</Button><Button onClick={onClose}>{t('desk.packs.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={sending.problem?.detail} />
      <TextArea label={label} rows={3} value={words} onValue={setWords} error={isTried && isShort ? t('desk.pack.words.missing') : undefined} />
    </Dialog>
  );
}

function ActionDialog({ pack, onClose }: { pack: Pack; onClose: () => void }) {
  const sending = useSend('desk', recordAction);
  const [title, setTitle] = useState('');
  const [owner, setOwner] = useState<Option | null>(null);
  const [due, setDue] = useState('');
  const [isTried, setTried] = useState(false);
  const isShort = title.trim().length < 3;
  const { problem } = sending;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isShort) return;
    await sending.send({ id: pack.id, title: title.trim(), ownerId: owner?.value ?? null, dueAt: due === '' ? null : new Date(`${due}T16:00:00`).toISOString() });
    onClose();
  };
  return (
    <Dialog title={t('desk.pack.action.add')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('desk.pack.action.add')}</Button><Button onClick={onClose}>{t('desk.packs.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p className="t2">{t('desk.pack.action.what')}</p>
      <TextField label={t('desk.pack.action')} value={title} onValue={setTitle} error={problem?.of('/title') ?? (isTried && isShort ? t('desk.pack.words.missing') : undefined)} />
      <PersonPicker label={t('desk.pack.action.owner')} isOptional value={owner} onValue={setOwner} error={problem?.of('/ownerId')} />
      <TextField type="date" label={t('desk.pack.action.due')} isOptional value={due} onValue={setDue} error={problem?.of('/dueAt')} />
    </Dialog>
  );
}
