import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useList } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { dateWords } from '#ui/times.ts';
import { listRequests, type Request } from '../contract.ts';
import { t } from './messages.en.ts';
import { ReceiveDialog } from './receive-dialog.tsx';
import { RequestDetails, RequestState } from './request-details.tsx';

const VIEW = viewOf({ peek: text() });
const isEnded = ({ endedAt }: Request): boolean => endedAt !== null;
const isLate = (request: Request): boolean => !isEnded(request) && request.dueOn < new Date().toISOString().slice(0, 10);

const Due = ({ request }: { request: Request }) => (isLate(request) ? <Tag look="p1" icon="warning">{t('subjects.late', { day: dateWords(request.dueOn) })}</Tag> : <span>{dateWords(request.dueOn)}{request.isExtended ? ` (${t('subjects.extended')})` : ''}</span>);

const COLUMNS: readonly Column<Request>[] = [
  { key: 'number', title: t('subjects.number'), width: 150, cell: (request) => <span className="mono">{request.number}</span> },
  { key: 'name', title: t('subjects.name'), cell: (request) => <b className="strong">{request.name}</b> },
  { key: 'kind', title: t('subjects.kind'), width: 120, cell: (request) => t(`subjects.kind.${request.kind}`) },
  { key: 'due', title: t('subjects.due'), width: 190, cell: (request) => <Due request={request} /> },
  { key: 'assigned', title: t('subjects.assigned'), width: 170, isSpare: true, cell: (request) => request.assignedTo?.name ?? '' },
  { key: 'received', title: t('subjects.received'), width: 190, isSpare: true, cell: (request) => <TwoTimes at={request.receivedAt} /> },
  { key: 'state', title: t('subjects.state'), width: 150, cell: (request) => <RequestState request={request} /> },
];

/** What people ask about themselves, by when it is due, and how far it is. */
export default function RequestsPage() {
  const [view, setView] = useView(VIEW);
  const [isReceiving, setReceiving] = useState(false);
  const list = useList('subjects', listRequests, {});
  useWhere({ title: t('subjects.title') });
  useCommands([{ key: 'N', title: t('subjects.receive'), run: () => setReceiving(true) }]);
  return (
    <>
      <ListPage
        title={t('subjects.title')} actions={<Button keyCap="N" look="filled" onClick={() => setReceiving(true)}>{t('subjects.receive')}</Button>}
        peek={view.peek === undefined ? null : { name: t('subjects.request'), onClose: () => setView({ peek: undefined }), body: <RequestDetails key={view.peek} id={view.peek} /> }}
      >
        <Asked reading={list}>
          {(requests) => requests.length === 0 ? <Empty>{t('subjects.none')}</Empty> : (
            <DataTable
              label={t('subjects.list')} columns={COLUMNS} rows={requests} idOf={(request) => request.id} nameOf={(request) => `${request.number}, ${request.name}`} more={list.more} isReadingMore={list.isReadingMore} onOpen={(request) => setView({ peek: request.id })} peeked={view.peek} onPeek={(request) => setView({ peek: request?.id })}
              phone={(request) => ({ title: request.name, second: <Due request={request} />, right: <RequestState request={request} /> })}
            />
          )}
        </Asked>
      </ListPage>
      {isReceiving && <ReceiveDialog onClose={() => setReceiving(false)} onReceived={(peek) => setView({ peek })} />}
    </>
  );
}
