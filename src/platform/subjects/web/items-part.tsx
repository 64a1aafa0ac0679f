import { useState } from 'react';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useList, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Item, listItems, treatItem, type WholeRequest } from '../contract.ts';
import { Fields } from './fields.tsx';
import { t } from './messages.en.ts';
import css from './subjects.module.css';
import { WordsDialog } from './words-dialog.tsx';

/** Every row that was found, as it would be handed out, or with what becomes of it. */
export function ItemsPart({ request }: { request: WholeRequest }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={css.items} aria-label={t('subjects.items')}>
      <div><Button look="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{t('subjects.items')}</Button></div>
      {isOpen && <Items request={request} />}
    </section>
  );
}

function Items({ request }: { request: WholeRequest }) {
  const list = useList('subjects', listItems, { id: request.id });
  return (
    <Asked reading={list}>
      {(items) => items.length === 0 ? <Empty>{t('subjects.items.none')}</Empty> : (
        <>
          <ul className={css.items}>{items.map((item) => <One key={item.id} item={item} request={request} />)}</ul>
          {list.more && <Button look="quiet" isBusy={list.isReadingMore} onClick={list.more}>{t('subjects.items.more')}</Button>}
        </>
      )}
    </Asked>
  );
}

function One({ item, request }: { item: Item; request: WholeRequest }) {
  const { send, isBusy, problem } = useSend('subjects', treatItem);
  const [asking, setAsking] = useState<'whole' | 'withheld' | null>(null);
  const isReviewed = request.kind === 'access' && request.state === 'shown';
  const body = item.treatment === 'whole' || request.kind === 'erasure' ? item.body : item.masked;
  return (
    <li className={css.found}>
      <div className={css.line}>
        <span className="mono t2">{item.table}</span>
        {item.why.map((why) => <Tag key={why}>{t(`subjects.why.${why as 'about'}`)}</Tag>)}
        {item.record && <RecordLink kind={item.record.kind} id={item.record.id}>{item.record.number ?? item.record.title}</RecordLink>}
        {item.at && <TwoTimes at={item.at} />}
        {request.kind === 'erasure' && <Tag look={item.outcome === 'held' ? 'wall' : 'plain'}>{t(`subjects.outcome.${item.outcome}`)}{item.hold ? ` ${item.hold}` : ''}</Tag>}
        {item.treatment !== 'masked' && <Tag look="act">{t(`subjects.treat.${item.treatment}`)}: {item.ground}</Tag>}
      </div>
      {body && item.treatment !== 'withheld' && <Fields body={body} />}
      {isReviewed && (
        <div className={css.line}>
          {item.treatment === 'masked' ? (
            <>
              <Button look="quiet" onClick={() => setAsking('withheld')}>{t('subjects.withhold')}</Button>
              {JSON.stringify(item.body) !== JSON.stringify(item.masked) && <Button look="quiet" onClick={() => setAsking('whole')}>{t('subjects.whole')}</Button>}
            </>
          ) : <Button look="quiet" isBusy={isBusy} onClick={() => void send({ id: item.id, treatment: 'masked' }).catch((error: Error) => announce(error.message))}>{t('subjects.masked')}</Button>}
        </div>
      )}
      {asking && <WordsDialog title={t(`subjects.treat.${asking}.title`)} label={t('subjects.ground')} help={t(`subjects.treat.${asking}.help`)} act={t(`subjects.treat.${asking}.act`)} isBusy={isBusy} problem={problem} onSend={(ground) => send({ id: item.id, treatment: asking, ground }).then(() => setAsking(null))} onClose={() => setAsking(null)} />}
    </li>
  );
}
