import { useDecisionWords } from '#platform/web/decision-words.tsx';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { WallLock } from '#ui/wall-edge.tsx';
import { type Decision, listDecisions } from '../contract.ts';
import { DecisionFacts } from './decision-facts.tsx';
import { fillOf, t } from './messages.en.ts';

const VIEWS = ['for-me', 'mine', 'alone', 'all'] as const;
const VIEW = viewOf({ view: one(VIEWS), peek: text() });

export default function DecisionsPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const wordsOf = useDecisionWords();
  useWhere({ title: t('decisions') });
  const list = useList('two-person', listDecisions, { view: view.view });
  const peeked = list.data?.find((decision) => decision.id === view.peek);
  const sentence = ({ kind, facts }: Decision): string => wordsOf(kind)?.sentence(facts) ?? t('decision.unknown', { kind });
  const columns: readonly Column<Decision>[] = [
    { key: 'what', title: t('decisions.what'), cell: (decision) => <span className="row">{decision.isWalled && <WallLock label={t('decision.walled')} />}<b className="strong">{sentence(decision)}</b></span> },
    { key: 'by', title: t('decisions.by'), width: 180, cell: (decision) => decision.proposedBy.name },
    { key: 'at', title: t('decisions.at'), width: 190, isSpare: true, cell: (decision) => <TwoTimes at={decision.proposedAt} /> },
    { key: 'until', title: t('decisions.until'), width: 190, isSpare: true, cell: (decision) => (decision.state === 'waiting' ? <TwoTimes at={decision.expiresAt} /> : null) },
    { key: 'state', title: t('decisions.state'), width: 130, cell: ({ state }) => <State fill={fillOf(state)}>{t(`decision.state.${state}`)}</State> },
  ];
  return (
    <ListPage
      title={t('decisions')}
      filters={<FilterSelect label={t('decisions.view')} value={view.view} all="for-me" onValue={(value) => setView({ view: value as typeof view.view })} choices={VIEWS.map((value) => ({ value, title: t(`decisions.view.${value}`) }))} />}
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
      peek={peeked ? { name: t('decision'), onClose: () => setView({ peek: undefined }), body: <><h2 className="head">{sentence(peeked)}</h2><DecisionFacts decision={peeked} /><LinkButton to={`/decisions/${peeked.id}`} size="large">{t('decision.outcome.open')}</LinkButton></> } : null}
    >
      <Asked reading={list}>
        {(decisions) => decisions.length === 0 ? <Empty>{t(`decisions.empty.${view.view}`)}</Empty> : (
          <DataTable
            label={t('decisions')} columns={columns} rows={decisions} idOf={(decision) => decision.id} nameOf={sentence} onOpen={(decision) => go(`/decisions/${decision.id}`)}
            peeked={view.peek} onPeek={(decision) => setView({ peek: decision?.id })} more={list.more} isReadingMore={list.isReadingMore}
            phone={(decision) => ({ title: sentence(decision), second: decision.proposedBy.name, right: <State fill={fillOf(decision.state)}>{t(`decision.state.${decision.state}`)}</State> })}
          />
        )}
      </Asked>
    </ListPage>
  );
}
