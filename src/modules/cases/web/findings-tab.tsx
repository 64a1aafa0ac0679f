import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty, Waiting } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { Money, TwoTimes } from '#ui/time.tsx';
import { allegationTitle } from '../allegation-rules.ts';
import type { Case } from '../contract.ts';
import { type Allegation, type Findings, readFindings } from '../finding-contract.ts';
import type { Finding } from '../finding-rules.ts';
import css from './cases.module.css';
import { AllegationDialog, ElementDialog, EndingDialog, FindDialog, LossDialog, NewElementDialog, PersonDialog, ReasonDialog } from './finding-dialogs.tsx';
import { t } from './messages.en.ts';

type Question =
  | { ask: 'person' | 'allegation' | 'loss' | 'ending' } | { ask: 'find' | 'new-element'; allegation: Allegation } | { ask: 'element'; element: Allegation['elements'][number] }
  | { ask: 'strike'; what: 'person' | 'allegation' | 'loss'; rowId: string; name: string };
type Line = { struckAt: string | null; struckBy: string | null; struckReason: string | null };
type Part = { room: Case; findings: Findings; ask: ((question: Question) => void) | null };

const LOOK = { substantiated: 'p2', unsubstantiated: 'plain', inconclusive: 'line', unfounded: 'ok' } as const;
export const FindingTag = ({ finding }: { finding: Finding | null }) => (finding ? <Tag look={LOOK[finding]}>{t(`cases.finding.${finding}`)}</Tag> : <Tag look="line">{t('cases.finding.none')}</Tag>);

const Struck = ({ line }: { line: Line }) => (line.struckAt === null ? null : <span className="small t2">{t('cases.struck', { who: line.struckBy ?? '', why: line.struckReason ?? '' })}</span>);
const Strike = ({ ask, what, rowId, name }: { ask: Part['ask']; what: 'person' | 'allegation' | 'loss'; rowId: string; name: string }) =>
  ask && <Button look="quiet" onClick={() => ask({ ask: 'strike', what, rowId, name })}>{t('cases.strike')}<span className="unseen"> {name}</span></Button>;

/** What is alleged of whom, what was shown and found, lost, and how it ends. */
export function FindingsTab({ room, mayWrite, mayFind }: { room: Case; mayWrite: boolean; mayFind: boolean }) {
  const reading = useRead('cases', readFindings, { id: room.id });
  const [asked, setAsked] = useState<Question | null>(null);
  const close = (): void => setAsked(null);
  return (
    <Asked reading={reading} waiting={<Waiting rows={8} what={t('cases.tab.findings')} />}>{(findings) => (
      <>
        <Allegations {...{ room, findings }} ask={mayWrite ? setAsked : null} onFind={mayFind && room.state === 'investigating' ? setAsked : null} />
        <div className={css.two}>
          <People {...{ room, findings }} ask={mayWrite ? setAsked : null} />
          <Losses {...{ room, findings }} ask={mayWrite ? setAsked : null} />
          <Ending {...{ room, findings }} ask={mayFind ? setAsked : null} />
          <History findings={findings} room={room} />
        </div>
        {asked?.ask === 'person' && <PersonDialog caseId={room.id} onClose={close} />}
        {asked?.ask === 'allegation' && <AllegationDialog caseId={room.id} type={room.type} people={findings.people} onClose={close} />}
        {asked?.ask === 'loss' && <LossDialog caseId={room.id} onClose={close} />}
        {asked?.ask === 'ending' && <EndingDialog caseId={room.id} findings={findings} onClose={close} />}
        {asked?.ask === 'find' && <FindDialog caseId={room.id} allegation={asked.allegation} onClose={close} />}
        {asked?.ask === 'new-element' && <NewElementDialog caseId={room.id} allegation={asked.allegation} onClose={close} />}
        {asked?.ask === 'element' && <ElementDialog caseId={room.id} element={asked.element} onClose={close} />}
        {asked?.ask === 'strike' && <ReasonDialog caseId={room.id} what={asked.what} rowId={asked.rowId} name={asked.name} onClose={close} />}
      </>
    )}</Asked>
  );
}

const Allegations = ({ findings, ask, onFind }: Part & { onFind: Part['ask'] }) => (
  <Panel title={t('cases.allegations')} actions={ask && <Button look="quiet" icon="add" onClick={() => ask({ ask: 'allegation' })}>{t('cases.allegation.add')}</Button>}>
    {findings.allegations.length === 0 && <Empty>{t('cases.allegations.none')}</Empty>}
    <ol className={css.items}>{findings.allegations.map((one) => <li key={one.id} className={css.item}><OneAllegation allegation={one} ask={one.struckAt === null ? ask : null} onFind={one.struckAt === null ? onFind : null} /></li>)}</ol>
  </Panel>
);

const OneAllegation = ({ allegation, ask, onFind }: { allegation: Allegation; ask: Part['ask']; onFind: Part['ask'] }) => (
  <>
    <div className={css.itemWords}>
      <span className="row"><span className="mono t2">{allegation.seq}</span> <span className="t2">{allegationTitle(allegation.type)}</span> <FindingTag finding={allegation.finding} /></span>
      <p className={cx(css.narrative, allegation.struckAt !== null && css.struck)}>{allegation.text}</p>
      {allegation.subject && <span className="t2 small">{t('cases.allegation.of', { name: allegation.subject })}</span>}
      <Struck line={allegation} />
      {allegation.finding && <p className={css.narrative}>{allegation.findingWhy} <span className="t2 small">{allegation.foundBy} {allegation.foundAt && <TwoTimes at={allegation.foundAt} />}</span></p>}
      <ul className={css.elements}>
        {allegation.elements.map((element) => (
          <li key={element.id}><Tag look={element.state === 'shown' ? 'ok' : element.state === 'not-shown' ? 'p2' : 'line'}>{t(`cases.element.${element.state}`)}</Tag> <span className={css.itemWords}>{element.text}{element.note && <span className="t2 small">{element.note}</span>}</span>{ask && <Button look="quiet" onClick={() => ask({ ask: 'element', element })}>{t('cases.element.settle')}<span className="unseen"> {element.text}</span></Button>}</li>
        ))}
      </ul>
    </div>
    {onFind && <Button onClick={() => onFind({ ask: 'find', allegation })}>{t('cases.finding.write')}<span className="unseen"> {allegation.seq}</span></Button>}
    {ask && <Button look="quiet" onClick={() => ask({ ask: 'new-element', allegation })}>{t('cases.element.add')}<span className="unseen"> {allegation.seq}</span></Button>}
    <Strike ask={ask} what="allegation" rowId={allegation.id} name={String(allegation.seq)} />
  </>
);

const People = ({ findings, ask }: Part) => (
  <Panel title={t('cases.people')} actions={ask && <Button look="quiet" icon="add" onClick={() => ask({ ask: 'person' })}>{t('cases.person.add')}</Button>}>
    {findings.people.length === 0 && <Empty>{t('cases.people.none')}</Empty>}
    <ul className={css.items}>{findings.people.map((person) => (
      <li key={person.id} className={css.item}>
        <span className={css.itemWords}><span className={cx(person.struckAt !== null && css.struck)}><b>{person.name}</b> <span className="t2">{t(`cases.person.role.${person.role}`)}</span></span>{person.details && <span className="t2 small">{person.details}</span>}<Struck line={person} /></span>
        <Strike ask={person.struckAt === null ? ask : null} what="person" rowId={person.id} name={person.name} />
      </li>
    ))}</ul>
  </Panel>
);

const Losses = ({ findings, ask }: Part) => (
  <Panel title={t('cases.losses')} actions={ask && <Button look="quiet" icon="add" onClick={() => ask({ ask: 'loss' })}>{t('cases.loss.add')}</Button>}>
    {findings.losses.length === 0 && <Empty>{findings.noLoss ? t('cases.no-loss') : t('cases.losses.none')}</Empty>}
    <ul className={css.items}>{findings.losses.map((loss) => (
      <li key={loss.id} className={css.item}>
        <span className={css.itemWords}><span className={cx(loss.struckAt !== null && css.struck)}>{loss.description}</span>{loss.recoveredMinor > 0 && <span className="t2 small">{t('cases.loss.recovered')} <Money minor={loss.recoveredMinor} currency={loss.currency} /></span>}<Struck line={loss} /></span>
        <Money minor={loss.amountMinor} currency={loss.currency} isGuess={loss.isEstimate} />
        <Strike ask={loss.struckAt === null ? ask : null} what="loss" rowId={loss.id} name={loss.description} />
      </li>
    ))}</ul>
  </Panel>
);

const Ending = ({ room, findings, ask }: Part) => (
  <Panel title={t('cases.ending')} actions={ask && room.state !== 'closed' && <Button look="quiet" onClick={() => ask({ ask: 'ending' })}>{t('cases.ending.write')}</Button>}>
    <div className={css.pad}>
      <dl className="facts">
        <dt>{t('cases.root-cause')}</dt><dd className={css.narrative}>{findings.rootCause || <span className="t3">{t('cases.not-yet')}</span>}</dd>
        <dt>{t('cases.outcome')}</dt><dd>{findings.outcome ? t(`cases.outcome.${findings.outcome}`) : <span className="t3">{t('cases.not-yet')}</span>}{findings.outcomeWords && <p className={css.narrative}>{findings.outcomeWords}</p>}</dd>
      </dl>
      {findings.lacks.length > 0 && <div><p className="strong">{t('cases.lacks')}</p><ul className={css.lacks}>{findings.lacks.map((lack) => <li key={lack}>{t(`cases.lack.${lack}`)}</li>)}</ul></div>}
    </div>
  </Panel>
);

const History = ({ findings, room }: { findings: Findings; room: Case }) => {
  const zone = room.timeZone ?? undefined;
  if (findings.reviews.length + findings.closings.length === 0) return null;
  return (
    <Panel title={t('cases.history')}>
      <ul className={css.items}>
        {findings.reviews.map((review) => <li key={review.id} className={css.item}><span className={css.itemWords}><span><Tag look={review.verdict === 'passed' ? 'ok' : 'p2'}>{t(`cases.review.${review.verdict}`)}</Tag> {review.by} <TwoTimes at={review.at} siteZone={zone} /></span><span className={css.narrative}>{review.words}</span></span></li>)}
        {findings.closings.map((closing) => (
          <li key={closing.id} className={css.item}>
            <span className={css.itemWords}>
              <span><Tag>{t('cases.state.closed')}</Tag> {closing.decidedBy ? t('cases.closed.by-two', { one: closing.proposedBy, other: closing.decidedBy }) : t('cases.closed.alone', { one: closing.proposedBy })} <TwoTimes at={closing.closedAt} siteZone={zone} /></span>
              {closing.reopenedAt && <span className="t2">{t('cases.reopened.by', { who: closing.reopenedBy ?? '', why: closing.reopenedReason ?? '' })} <TwoTimes at={closing.reopenedAt} siteZone={zone} /></span>}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
};
