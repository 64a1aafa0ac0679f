import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Destination, listDestinations } from '../contract.ts';
import { AddDestination } from './destination-form.tsx';
import { t } from './messages.en.ts';
import { StateTag } from './words.tsx';

const COLUMNS: readonly Column<Destination>[] = [
  { key: 'state', title: t('destinations.state'), width: 130, cell: (row) => <StateTag destination={row} /> },
  { key: 'name', title: t('destinations.name'), cell: ({ name }) => <b className="strong">{name}</b> },
  { key: 'origin', title: t('destinations.leads'), width: 260, cell: ({ origin }) => <span className="mono small">{origin}</span> },
  { key: 'format', title: t('destinations.format'), width: 180, isSpare: true, cell: ({ format }) => t(`destinations.format.${format}`) },
  { key: 'site', title: t('destinations.where'), width: 180, isSpare: true, cell: ({ site, siteId }) => (siteId === null ? t('destinations.where.all') : (site ?? '')) },
  { key: 'queued', title: t('destinations.queued'), width: 80, align: 'end', cell: ({ queued }) => queued },
  { key: 'dead', title: t('destinations.dead'), width: 130, align: 'end', cell: ({ dead }) => dead },
  { key: 'delivered', title: t('destinations.delivered'), width: 170, cell: ({ deliveredAt }) => (deliveredAt === null ? <span className="t3">{t('destinations.delivered.never')}</span> : <TwoTimes at={deliveredAt} />) },
];

/** Systems outside, and how each stands. */
export default function DestinationsPage() {
  const reading = useRead('convergence', listDestinations, {});
  const go = useGo();
  const [isAdding, setAdding] = useState(false);
  const add = (): void => setAdding(true);
  useWhere({ title: t('destinations.all') });
  useCommands([{ key: 'C', title: t('destinations.new'), run: add }]);
  return (
    <>
      <ListPage title={t('destinations.all')} actions={<Button look="filled" keyCap="C" onClick={add}>{t('destinations.new')}</Button>} filters={<p className="t2">{t('destinations.why')}</p>}>
        <Asked reading={reading}>
          {({ items }) => items.length === 0 ? <Empty>{t('destinations.none')}</Empty> : (
            <DataTable
              label={t('destinations.all')} columns={COLUMNS} rows={items} idOf={({ id }) => id} nameOf={({ name }) => name} onOpen={({ id }) => go(`/destinations/${id}`)}
              phone={(row) => ({ title: row.name, second: row.origin, right: <StateTag destination={row} /> })}
            />
          )}
        </Asked>
      </ListPage>
      {isAdding && <AddDestination onClose={() => setAdding(false)} />}
    </>
  );
}
