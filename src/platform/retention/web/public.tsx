import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Tag } from '#ui/tag.tsx';
import { listMarks } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './retention.module.css';

/** For the head of a record: the legal holds on it, for who may see them; else nothing. */
export function HoldMark({ recordId }: { recordId: string }) {
  const mayRead = useMay('retention:read');
  const { data } = useRead('retention', listMarks, { recordId }, { isOn: mayRead });
  if (!data || data.items.length === 0) return null;
  return (
    <span className={css.marks}>
      {data.items.map(({ id, number, matter }) => <Link key={id} to={`/retention?tab=holds&peek=${id}`} aria-label={t('retention.mark.of', { number, matter })}><Tag look="wall">{t('retention.mark')} {number}</Tag></Link>)}
    </span>
  );
}
