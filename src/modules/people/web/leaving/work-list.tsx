import { RecordLink } from '#platform/web/navigation.tsx';
import type { HandedOver } from '../../contract.ts';
import css from './leaving.module.css';
import { t, workWord } from './messages.en.ts';

type Piece = Pick<HandedOver, 'kind' | 'id' | 'recordId' | 'recordKind' | 'number' | 'title'> & Partial<Pick<HandedOver, 'to' | 'cause'>>;

/** Pieces of work with the way to each, and to whom they went where they did. */
export const WorkList = ({ items }: { items: readonly Piece[] }) => (
  <ul className={css.work}>
    {items.map((item) => (
      <li key={item.id}>
        <span className="t2">{workWord(item.kind)}</span> <RecordLink kind={item.recordKind} id={item.recordId}>{[item.number, item.title].filter(Boolean).join(' ')}</RecordLink>
        {item.cause && <span className="t2"> {item.to ? t('leaving.handed.to', { name: item.to }) : t('leaving.handed.back')}</span>}
      </li>
    ))}
  </ul>
);
