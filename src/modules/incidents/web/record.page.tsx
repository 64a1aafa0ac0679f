import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { TakeAlong } from '#platform/offline/web/public.tsx';
import { FilesPart } from '#platform/files/web/public.tsx';
import { GlassMark } from '#modules/identity/web/public.tsx';
import { HoldMark } from '#platform/retention/web/public.tsx';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useLive } from '#platform/web/live.ts';
import { useRead } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { Menu, type MenuItem } from '#ui/menu.tsx';
import { Figure, Panel, RecordPage } from '#ui/record-page.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { AskedRecord, Waiting } from '#ui/states.tsx';
import type { Tab } from '#ui/tabs.tsx';
import { Tag } from '#ui/tag.tsx';
import { Age, Money } from '#ui/time.tsx';
import { WallEdge } from '#ui/wall-edge.tsx';
import { CasesFrom } from '#modules/cases/web/public.tsx';
import { NoticesOf } from '#modules/notices/web/public.tsx';
import { TasksOf } from '#modules/tasks/web/public.tsx';
import { WorkOfIncident } from '#modules/workorders/web/public.tsx';
import { type Classification, type Incident, readIncident } from '../contract.ts';
import { useClassification } from './classification.ts';
import { BreachPanel } from './breach/breach-panel.tsx';
import { CostPanel } from './cost/cost-panel.tsx';
import { CloseDialog } from './close-dialog.tsx';
import { ClassifyDialog, MembersDialog, PurposeDialog, ReopenDialog, SeverityDialog, typeWords, WallDialog } from './dialogs.tsx';
import { DutiesTab } from './duties-tab.tsx';
import { FactsTab } from './facts-tab.tsx';
import css from './incidents.module.css';
import { InvolvedTab } from './involved-tab.tsx';
import { StateOf } from './list.page.tsx';
import { LogPanel } from './log-panel.tsx';
import { LossesTab } from './losses-tab.tsx';
import { ReviewTab } from './review/review-tab.tsx';
import { FilesOfMerged, MergePanel } from './merge/merge-panel.tsx';
import { MergeDialog } from './merge/merge-dialog.tsx';
import { t as m } from './merge/messages.en.ts';
import { RelatedPanel } from './merge/related-panel.tsx';
import { t } from './messages.en.ts';
import { SeverityMark } from './severity.tsx';
import { SituationTab } from './resources/situation-tab.tsx';
import { type Strikable, StrikeDialog } from './strike-dialog.tsx';
import { placeOf, TABS } from './tabs.ts';
import { ThreadPane } from './thread-pane.tsx';
import { TimelineTab } from './timeline-tab.tsx';

const VIEW = viewOf({ tab: one(TABS) });

/** One incident. */
export default function IncidentPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const incident = useRead('incidents', readIncident, { id });
  const classification = useClassification();
  // An open task without owner or date is among what is missing.
  useLive('tasks', (event) => { if (event.id === id) incident.again(); });
  useWhere({ title: incident.data?.number ?? t('incident'), ...(incident.data?.site && incident.data.timeZone && { site: { name: incident.data.site, timeZone: incident.data.timeZone } }) });
  return (
    <AskedRecord title={t('incident')} reading={incident} waiting={<Waiting rows={9} what={t('incident')} />}>
      {(read) => <AskedRecord title={read.number} reading={classification}>{(shipped) => <Record key={read.id} incident={read} classification={shipped} />}</AskedRecord>}
    </AskedRecord>
  );
}

type Given = { incident: Incident; classification: Classification };
type Question = 'close' | 'merge' | 'reopen' | 'classify' | 'severity' | 'wall' | 'members' | { print: string };

const REPORT = 'report.pdf';

function Record({ incident, classification }: Given) {
  const [{ tab }, setView] = useView(VIEW);
  const [asked, setAsked] = useState<Question | null>(null);
  const [striking, setStriking] = useState<Strikable | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const may = (permission: string): boolean => incident.mine.includes(`incidents:${permission}`);
  const mayLog = may('write');
  const mayWrite = mayLog && incident.state === 'open';
  const close = (): void => setAsked(null);
  const me = useMe().personId;
  // Who broke the glass takes nothing along.
  const isVisitor = incident.members.some(({ personId, part }) => personId === me && part === 'wall-glass');
  const go = useGo();
  const print = isVisitor ? null : (): void => (incident.isWalled ? setAsked({ print: REPORT }) : openPaper(incident, REPORT));
  const jump = (field: string): void => {
    setAsked(null);
    if (field === 'typeKey') return setAsked('classify');
    const place = placeOf(field, incident, classification);
    setView({ tab: place.tab });
    setEditing(place.set);
    focusOn(field);
  };
  useCommands([
    { key: 'C', title: t('incidents.command.go'), run: () => go(`/incidents/${incident.id}/command`) },
    ...(print ? [{ key: 'P', title: t('incidents.print'), run: print }] : []),
    ...(tab === 'thread' ? [] : [{ key: 'W', title: t('incidents.comment.go'), run: () => setView({ tab: 'thread' }) }]),
    ...(mayWrite ? [{ key: 'E', title: t('incidents.edit.facts'), run: () => { setView({ tab: 'facts' }); setEditing('base'); } }, ...(tab === 'tasks' ? [] : [{ key: 'T', title: t('incidents.tasks.go'), run: () => setView({ tab: 'tasks' }) }]), { title: t('incidents.classify.title'), run: () => setAsked('classify') }, { title: t('incidents.severity.title'), run: () => setAsked('severity') }] : []),
    ...(may('close') && !incident.isMerged ? [{ key: 'X', title: incident.state === 'open' ? t('incidents.close') : t('incidents.reopen'), run: () => setAsked(incident.state === 'open' ? 'close' : 'reopen') }] : []),
  ]);
  const body = (key: (typeof TABS)[number]) => (
    <div className={css.split} data-tab={key}>
      <div className={css.panels}>
        {key === 'facts' && <MergePanel incident={incident} />}
        {key === 'facts' && <FactsTab incident={incident} classification={classification} mayWrite={mayWrite} editing={editing} onEdit={setEditing} />}
        {key === 'situation' && <SituationTab incident={incident} mayWrite={mayWrite} onPrint={print && ((path) => (incident.isWalled ? setAsked({ print: path }) : openPaper(incident, path)))} />}
        {key === 'involved' && <InvolvedTab incident={incident} mayWrite={mayWrite} onStrike={setStriking} />}
        {key === 'losses' && <LossesTab incident={incident} mayWrite={mayWrite} onStrike={setStriking} />}
        {key === 'losses' && may('cost') && <CostPanel incident={incident} />}
        {key === 'tasks' && <Panel title={t('incidents.tasks')}><span id="field-tasks" /><TasksOf recordId={incident.id} siteZone={incident.timeZone ?? undefined} mayAdd={incident.state === 'open'} /></Panel>}
        {key === 'tasks' && incident.merged.map((one) => <Panel key={one.id} title={m('merge.tasks', { number: one.number })}><TasksOf recordId={one.id} siteZone={incident.timeZone ?? undefined} mayAdd={false} /></Panel>)}
        {key === 'tasks' && incident.state === 'open' && !incident.isWalled && <WorkOfIncident incident={incident} />}
        {key === 'files' && <FilesPart recordId={incident.id} siteZone={incident.timeZone ?? undefined} mayAdd={mayLog} />}
        {key === 'files' && incident.merged.map((one) => <FilesOfMerged key={one.id} merged={one} siteZone={incident.timeZone} />)}
        {key === 'duties' && <DutiesTab incident={incident} mayWrite={mayWrite} />}
        {key === 'duties' && <BreachPanel incident={incident} onPrint={print && (() => (incident.isWalled ? setAsked({ print: 'breach/report.pdf' }) : openPaper(incident, 'breach/report.pdf')))} />}
        {key === 'timeline' && <TimelineTab incident={incident} classification={classification} />}
        {key === 'facts' && <RelatedPanel incident={incident} />}
        {key === 'facts' && <NoticesOf incident={incident} />}
        {key === 'facts' && <CasesFrom from={incident} />}
        {key === 'review' && <ReviewTab incident={incident} />}
        {key === 'thread' && <Thread recordId={incident.id} siteZone={incident.timeZone ?? undefined} files={false} />}
      </div>
      <LogPanel incident={incident} mayWrite={mayLog} onStrike={setStriking} />
    </div>
  );
  const tabs: readonly Tab[] = TABS.map((key) => ({ key, title: t(`incidents.tab.${key}`), body: body(key), ...countOf(key, incident) }));
  return (
    <>
      <RecordPage
        number={incident.number} title={incident.title} wall={incident.isWalled && <Wall incident={incident} onMembers={() => setAsked('members')} />}
        state={<>{incident.isSimulated && <SimulatedTag />}<SeverityMark severity={incident.severity} /><StateOf row={incident} /><Tag look="line">{typeWords(classification, incident)}</Tag>{incident.disputed.length > 0 && <LinkButton to={`/incidents/${incident.id}/conflicts`} icon="warning">{t('incidents.conflict.go')}</LinkButton>}<HoldMark recordId={incident.id} /></>}
        figures={<Figures incident={incident} />} actions={<Actions incident={incident} onAsk={setAsked} onPrint={print} />}
        tabs={{ all: tabs, current: tab, onTab: (key) => { setEditing(null); setView({ tab: TABS.find((one) => one === key) ?? 'facts' }); }, label: t('incidents.tabs') }}
        side={<ThreadPane incident={incident} onPrint={print} />}
      />
      {asked === 'close' && <CloseDialog incident={incident} classification={classification} onClose={close} onJump={jump} />}
      {asked === 'reopen' && <ReopenDialog incident={incident} onClose={close} />}
      {asked === 'classify' && <ClassifyDialog incident={incident} classification={classification} onClose={close} />}
      {asked === 'severity' && <SeverityDialog incident={incident} classification={classification} onClose={close} />}
      {asked === 'merge' && <MergeDialog incident={incident} onClose={close} />}
      {asked === 'wall' && <WallDialog incident={incident} onClose={close} />}
      {asked === 'members' && <MembersDialog incident={incident} onClose={close} />}
      {asked !== null && typeof asked === 'object' && <PurposeDialog incident={incident} onClose={close} onPrint={(purpose) => openPaper(incident, asked.print, purpose)} />}
      {striking && <StrikeDialog incidentId={incident.id} line={striking} onClose={() => setStriking(null)} />}
    </>
  );
}

const openPaper = ({ id }: Incident, path: string, purpose?: string): void => void window.open(`/api/incidents/${id}/${path}${purpose ? `?purpose=${encodeURIComponent(purpose)}` : ''}`, '_blank', 'noopener');

/** Brings a field into view and the focus into it, once its tab stands. */
function focusOn(field: string): void {
  setTimeout(() => {
    const place = document.getElementById(`field-${field}`);
    place?.scrollIntoView({ block: 'center' });
    const within = place?.matches('span') ? place.closest('section') : place;
    within?.querySelector<HTMLElement>('input, textarea, select, button')?.focus();
  }, 120);
}

function countOf(tab: (typeof TABS)[number], incident: Incident): { count?: number } {
  const inForce = (lines: readonly { struckAt: string | null }[]): number => lines.filter(({ struckAt }) => struckAt === null).length;
  if (tab === 'involved') return { count: inForce(incident.people) + inForce(incident.things) };
  if (tab === 'losses') return { count: inForce(incident.lossLines) };
  if (tab === 'duties') return { count: incident.clocks.length };
  return {};
}

const Figures = ({ incident }: { incident: Incident }) => (
  <>
    {incident.losses.map((sum) => <Figure key={sum.currency} figure={<Money minor={sum.amountMinor - sum.recoveredMinor} currency={sum.currency} />} word={t('incidents.figure.lost')} />)}
    {incident.state === 'open' && <Figure figure={<Age since={incident.knownAt} />} word={t('incidents.figure.running')} />}
  </>
);

const Wall = ({ incident, onMembers }: { incident: Incident; onMembers: () => void }) => (
  <WallEdge people={incident.members.map(({ name }) => name)} words={t('incidents.walled')} said={t('incidents.walled.said', { n: incident.members.length })}>
    <GlassMark recordId={incident.id} /> <Button look="quiet" onClick={onMembers}>{t('incidents.members')}</Button>
  </WallEdge>
);

type ActionsProps = { incident: Incident; onAsk: (question: Question) => void; onPrint: (() => void) | null };

/** One filled button: what most likely comes next; the rest is a list. */
function Actions({ incident, onAsk, onPrint }: ActionsProps) {
  const may = (permission: string): boolean => incident.mine.includes(`incidents:${permission}`);
  const isOpen = incident.state === 'open';
  const items: MenuItem[] = [
    ...(isOpen && may('write') ? [{ title: t('incidents.classify.title'), run: () => onAsk('classify') }, { title: t('incidents.severity.title'), run: () => onAsk('severity') }] : []),
    ...(!isOpen && !incident.isMerged && may('close') ? [{ title: t('incidents.reopen'), run: () => onAsk('reopen') }] : []),
    ...(may('close') && !incident.isWalled && !incident.isMerged && incident.merged.length === 0 ? [{ title: m('merge.do'), run: () => onAsk('merge'), icon: 'link' as const }] : []),
    ...(may('wall') && !incident.isWalled ? [{ title: t('incidents.wall.title'), run: () => onAsk('wall'), icon: 'lock' as const }] : []),
    ...(incident.isWalled ? [{ title: t('incidents.members'), run: () => onAsk('members'), icon: 'person' as const }] : []),
  ];
  const n = incident.missing.length;
  return (
    <>
      {items.length > 0 && <Menu className={css.more} label={t('incidents.more')} trigger={t('incidents.more')} items={items} />}
      <LinkButton to={`/incidents/${incident.id}/command`} icon="command" keyCap="C">{t('incidents.command')}</LinkButton>
      {!incident.isWalled && isOpen && may('write') && <TakeAlong id={incident.id} kind="incidents.incident" name={incident.number} />}
      {onPrint && <Button icon="print" keyCap="P" look={isOpen ? 'plain' : 'filled'} onClick={onPrint}>{t('incidents.report')}</Button>}
      {isOpen && incident.type === null && may('write') && <Button look="filled" onClick={() => onAsk('classify')}>{t('incidents.classify')}</Button>}
      {isOpen && incident.type !== null && may('close') && <Button look="filled" keyCap="X" onClick={() => onAsk('close')}>{n > 0 ? t('incidents.next.missing', { n }) : t('incidents.close')}</Button>}
    </>
  );
}
