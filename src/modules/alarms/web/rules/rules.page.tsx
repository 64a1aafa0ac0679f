import { lazy, Suspense, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Kind } from '../../correlation-rules.ts';
import { listRules, type RuleSummary } from '../../rule-contract.ts';
import { t } from './messages.en.ts';
import { proposedRule } from './proposed-rule.ts';
import { useTypes } from './types.ts';
import { FILL } from './words.ts';

const RuleForm = lazy(() => import('./rule-form.tsx'));
const STATES = ['all', 'active', 'draft', 'retired'] as const;
const VIEW = viewOf({ state: one(STATES), write: flag(), draft: text() });

/** Rules over several signals: which are in force, which are drafts, and how often each was met. */
export default function RulesPage() {
  const [view, setView] = useView(VIEW);
  const [isWriting, setWriting] = useState(view.write);
  const mayWrite = useMay('alarms:rules');
  const go = useGo();
  const list = useList('alarms', listRules, { state: view.state, limit: 100 });
  useWhere({ title: t('rules.title') });
  useCommands(mayWrite ? [{ key: 'C', title: t('rules.write'), run: () => setWriting(true) }] : []);
  return (
    <>
      <ListPage
        title={t('rules.title')}
        actions={mayWrite && <Button look="filled" icon="add" onClick={() => setWriting(true)}>{t('rules.write')}</Button>}
        filters={<FilterSelect label={t('rules.state')} all="all" value={view.state} onValue={(state) => setView({ state: state as typeof view.state })} choices={STATES.map((value) => ({ value, title: t(`rules.state.${value}`) }))} />}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
      >
        <Asked reading={list}>
          {(rules) => (rules.length === 0 ? <Empty action={view.state !== 'all' && <Button onClick={() => setView({ state: 'all' })}>{t('rules.none.clear')}</Button>}>{t(view.state === 'all' ? 'rules.empty' : 'rules.none')}</Empty> : <Table rules={rules} onOpen={({ id }) => go(`/watch/rules/${id}`)} more={list.more} isReadingMore={list.isReadingMore} />)}
        </Asked>
      </ListPage>
      <Suspense fallback={null}>{isWriting && <RuleForm rule={null} proposed={proposedRule(view.draft)} onClose={() => setWriting(false)} onKept={(rule) => go(`/watch/rules/${rule.id}`)} />}</Suspense>
    </>
  );
}

const versionWords = ({ activeN, draftN }: RuleSummary): string => (activeN === null ? (draftN === null ? '' : String(draftN)) : draftN === null ? String(activeN) : t('rules.version.draft', { n: activeN, draft: draftN }));

type TableProps = { rules: readonly RuleSummary[]; onOpen: (rule: RuleSummary) => void; more: (() => void) | null; isReadingMore: boolean };

function Table({ rules, onOpen, more, isReadingMore }: TableProps) {
  const { titleOf } = useTypes();
  const state = (rule: RuleSummary) => <State fill={FILL[rule.state]}>{t(`rules.state.${rule.state}`)}</State>;
  const columns: Column<RuleSummary>[] = [
    { key: 'number', title: t('rules.number'), width: 144, cell: (rule) => <span className="mono">{rule.number}</span> },
    { key: 'name', title: t('rules.name'), cell: (rule) => <b className="strong">{rule.name}</b> },
    { key: 'kind', title: t('rules.kind'), width: 200, cell: (rule) => t(`rules.kind.${rule.kind as Kind}`) },
    { key: 'result', title: t('rules.result'), cell: (rule) => (rule.result === null ? '' : titleOf(rule.result)) },
    { key: 'state', title: t('rules.state'), width: 136, cell: state },
    { key: 'version', title: t('rules.version'), width: 104, isSpare: true, cell: versionWords },
    { key: 'raised', title: t('rules.raised'), width: 136, align: 'end', cell: (rule) => rule.alarms },
    { key: 'changed', title: t('rules.changed'), width: 160, align: 'end', isSpare: true, cell: (rule) => <TwoTimes at={rule.changedAt} layout="stack" /> },
  ];
  return <DataTable label={t('rules.list')} columns={columns} rows={rules} idOf={(rule) => rule.id} nameOf={(rule) => rule.name} onOpen={onOpen} more={more} isReadingMore={isReadingMore} phone={(rule) => ({ title: rule.name, second: rule.number, right: state(rule) })} />;
}
