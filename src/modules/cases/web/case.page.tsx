import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ExhibitsOf } from '#modules/exhibits/web/public.tsx';
import { GlassMark } from '#modules/identity/web/public.tsx';
import { TasksOf } from '#modules/tasks/web/public.tsx';
import { FilesPart } from '#platform/files/web/public.tsx';
import { HoldMark } from '#platform/retention/web/public.tsx';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { Figure, Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Waiting } from '#ui/states.tsx';
import type { Tab } from '#ui/tabs.tsx';
import { Tag } from '#ui/tag.tsx';
import { Age, TwoTimes } from '#ui/time.tsx';
import { WallEdge } from '#ui/wall-edge.tsx';
import { allegationTitle } from '../allegation-rules.ts';
import { type Case, readCase } from '../contract.ts';
import css from './cases.module.css';
import { ChangeDialog } from './change-dialog.tsx';
import { FindingsTab } from './findings-tab.tsx';
import { MembersDialog } from './members-dialog.tsx';
import { t } from './messages.en.ts';
import { NextStep } from './next-step.tsx';
import { TimelineTab } from './timeline-tab.tsx';
import { StateOf } from './words.tsx';

const TABS = ['room', 'findings', 'exhibits', 'tasks', 'files', 'timeline', 'thread'] as const;
const VIEW = viewOf({ tab: one(TABS) });

/** The room of one case. */
export default function CasePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const reading = useRead('cases', readCase, { id });
  useWhere({ title: reading.data?.number ?? t('cases.one'), ...(reading.data?.site && reading.data.timeZone && { site: { name: reading.data.site, timeZone: reading.data.timeZone } }) });
  return <AskedRecord title={t('cases.one')} reading={reading} waiting={<Waiting rows={9} what={t('cases.one')} />}>{(room) => <Room key={room.id} room={room} />}</AskedRecord>;
}

type Question = 'members' | 'change';

function Room({ room }: { room: Case }) {
  const [{ tab }, setView] = useView(VIEW);
  const [asked, setAsked] = useState<Question | null>(null);
  const isOpen = room.state !== 'closed';
  const mayWrite = isOpen && room.mine.includes('cases:write');
  const zone = room.timeZone ?? undefined;
  useCommands([{ key: 'M', title: t('cases.members'), run: () => setAsked('members') }, ...(mayWrite ? [{ key: 'E', title: t('cases.change'), run: () => setAsked('change') }] : [])]);
  const bodies: Record<(typeof TABS)[number], ReactNode> = {
    room: <div className={css.two}><Facts room={room} /></div>,
    findings: <FindingsTab room={room} mayWrite={mayWrite} mayFind={isOpen && room.mine.includes('cases:findings')} />,
    exhibits: <ExhibitsOf caseId={room.id} mine={room.mine} isOpen={isOpen} siteZone={zone} />,
    tasks: <Panel title={t('cases.tasks')}><TasksOf recordId={room.id} siteZone={zone} mayAdd={isOpen} /></Panel>,
    files: <FilesPart recordId={room.id} siteZone={zone} mayAdd={mayWrite} />,
    timeline: <TimelineTab room={room} />,
    thread: <Thread recordId={room.id} siteZone={zone} files={false} />,
  };
  const tabs: readonly Tab[] = TABS.map((key) => ({ key, title: t(`cases.tab.${key}`), body: <div className={css.panels} data-tab={key}>{bodies[key]}</div> }));
  return (
    <>
      <RecordPage
        number={room.number} title={room.title} wall={<Wall room={room} onMembers={() => setAsked('members')} />}
        state={<><StateOf state={room.state} /><Tag look="line">{allegationTitle(room.type)}</Tag><HoldMark recordId={room.id} /></>}
        figures={isOpen && <Figure figure={<Age since={room.openedAt} />} word={t('cases.age')} />}
        actions={<><Button icon="person" keyCap="M" onClick={() => setAsked('members')}>{t('cases.members')}</Button>{mayWrite && <Button keyCap="E" onClick={() => setAsked('change')}>{t('cases.change')}</Button>}<NextStep room={room} /></>}
        tabs={{ all: tabs, current: tab, onTab: (key) => setView({ tab: TABS.find((each) => each === key) ?? 'room' }), label: t('cases.tabs') }}
      />
      {asked === 'members' && <MembersDialog room={room} onClose={() => setAsked(null)} />}
      {asked === 'change' && <ChangeDialog room={room} onClose={() => setAsked(null)} />}
    </>
  );
}

const Wall = ({ room, onMembers }: { room: Case; onMembers: () => void }) => (
  <WallEdge people={room.members.map(({ name }) => name)} words={t('cases.walled')} said={t('cases.walled.said', { n: room.members.length })}>
    <GlassMark recordId={room.id} /> <Button look="quiet" onClick={onMembers}>{t('cases.members')}</Button>
  </WallEdge>
);

const Facts = ({ room }: { room: Case }) => (
  <Panel title={t('cases.facts')}>
    <div className={css.pad}>
      {room.summary ? <p className={css.narrative}>{room.summary}</p> : <p className="t3">{t('cases.summary.none')}</p>}
      <dl className="facts">
        <dt>{t('cases.lead')}</dt><dd>{room.lead}</dd>
        <dt>{t('cases.site')}</dt><dd>{room.site ?? t('cases.site.none')}</dd>
        <dt>{t('cases.source')}</dt><dd>{t(`cases.source.${room.source}`)} {room.from.map((from) => <RecordLink key={from.id} kind={from.kind} id={from.id}>{from.number ?? from.title}</RecordLink>)}</dd>
        <dt>{t('cases.opened')}</dt><dd>{room.openedBy} <TwoTimes at={room.openedAt} siteZone={room.timeZone ?? undefined} /></dd>
        {room.closedAt && <><dt>{t('cases.closed')}</dt><dd><TwoTimes at={room.closedAt} siteZone={room.timeZone ?? undefined} /></dd></>}
      </dl>
    </div>
  </Panel>
);
