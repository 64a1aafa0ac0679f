import { SitePicker } from '#modules/sites/web/public.tsx';
import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Chip, ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Disc, State } from '#ui/tag.tsx';
import { addPerson, listPeople, type Person } from '../contract.ts';
import { FILL, stateWord, t } from './messages.en.ts';
import { PersonFacts } from './person-facts.tsx';
import { PersonForm, type PersonValues } from './person-form.tsx';

const STATES = ['', 'active', 'invited', 'suspended', 'leaver'] as const;
const VIEW = viewOf({ state: one(STATES), q: text(), site: text(), siteName: text(), peek: text(), new: flag() });

const COLUMNS: readonly Column<Person>[] = [
  { key: 'name', title: t('people.name'), cell: (person) => <span className="row"><Disc name={person.name} /><b className="strong cut">{person.name}</b></span> },
  { key: 'title', title: t('people.role'), cell: (person) => person.title },
  { key: 'employer', title: t('people.employer'), isSpare: true, width: 150, cell: (person) => <span className="t2">{person.employer}</span> },
  { key: 'site', title: t('people.site'), width: 180, cell: (person) => person.site },
  { key: 'email', title: t('people.email'), isSpare: true, cell: (person) => <span className="t2">{person.email}</span> },
  { key: 'state', title: t('people.state'), width: 110, cell: (person) => <State fill={FILL[person.state]}>{stateWord(person.state)}</State> },
];

export default function PeoplePage() {
  const [view, setView] = useView(VIEW);
  const [isChoosing, setChoosing] = useState(false);
  const go = useGo();
  const mayWrite = useMay('people:write');
  useWhere({ title: t('people.title') });
  useCommands([...(mayWrite ? [{ key: 'C', title: t('people.new'), run: () => setView({ new: true }) }] : []), { title: t('people.site'), run: () => setChoosing(true) }]);
  const list = useList('people', listPeople, { state: view.state || undefined, q: view.q, siteId: view.site });
  const peeked = list.data?.find((person) => person.id === view.peek);
  const isFiltered = view.state !== '' || view.q !== undefined || view.site !== undefined;
  return (
    <>
      <ListPage
        title={t('people.title')}
        actions={mayWrite && <><LinkButton to="/imports?kind=people.person">{t('people.import')}</LinkButton><Button look="filled" keyCap="C" onClick={() => setView({ new: true })}>{t('people.new')}</Button></>}
        filters={<>
          <SearchBox label={t('people.find')} value={view.q} onValue={(q) => setView({ q })} />
          <FilterSelect label={t('people.state')} value={view.state} onValue={(state) => setView({ state: state as typeof view.state })} choices={STATES.map((state) => ({ value: state, title: state === '' ? t('people.state.any') : stateWord(state) }))} />
          {view.site ? <Chip name={t('people.site')} value={view.siteName ?? ''} onRemove={() => setView({ site: undefined, siteName: undefined })} /> : <Button icon="filter" look="quiet" onClick={() => setChoosing(true)}>{t('people.site')}</Button>}
        </>}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null}
        peek={peeked ? { name: peeked.name, onClose: () => setView({ peek: undefined }), body: <><h2 className="head">{peeked.name}</h2><State fill={FILL[peeked.state]}>{stateWord(peeked.state)}</State><PersonFacts person={peeked} /><LinkButton to={`/people/${peeked.id}`} size="large">{t('people.open')}</LinkButton></> } : null}
      >
        <Asked reading={list}>
          {(people) => people.length === 0 ? (
            <Empty action={isFiltered && <Button onClick={() => setView({ state: '', q: undefined, site: undefined, siteName: undefined })}>{t('people.clear')}</Button>}>{t(isFiltered ? 'people.none' : 'people.empty')}</Empty>
          ) : (
            <DataTable
              label={t('people.title')} columns={COLUMNS} rows={people} idOf={(person) => person.id} nameOf={(person) => person.name} onOpen={(person) => go(`/people/${person.id}`)}
              peeked={view.peek} onPeek={(person) => setView({ peek: person?.id })} more={list.more} isReadingMore={list.isReadingMore}
              phone={(person) => ({ left: <Disc name={person.name} size={32} />, title: person.name, second: [person.title, person.site].filter(Boolean).join(' · '), right: <State fill={FILL[person.state]}>{stateWord(person.state)}</State> })}
            />
          )}
        </Asked>
      </ListPage>
      {view.new && <NewPerson onClose={() => setView({ new: false })} />}
      {isChoosing && (
        <Dialog title={t('people.site')} onClose={() => setChoosing(false)}>
          <SitePicker label={t('people.site')} value={null} onValue={(site) => { setChoosing(false); if (site) setView({ site: site.value, siteName: site.title }); }} />
        </Dialog>
      )}
    </>
  );
}

function NewPerson({ onClose }: { onClose: () => void }) {
  const go = useGo();
  const adding = useSend('people', addPerson);
  const add = async (values: PersonValues): Promise<void> => {
    const person = await adding.send(values);
    announce(t('people.added', { name: person.name }));
    go(`/people/${person.id}${values.signIn ? '?tab=rights' : ''}`);
  };
  return <PersonForm title={t('people.new')} does={t('people.add')} person={null} isBusy={adding.isBusy} problem={adding.problem} onSend={(values) => void add(values).catch(() => undefined)} onClose={onClose} />;
}
