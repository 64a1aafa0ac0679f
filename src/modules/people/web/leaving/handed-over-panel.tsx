import { useRead } from '#platform/web/query.ts';
import { Panel } from '#ui/record-page.tsx';
import { listHandedOver } from '../../contract.ts';
import css from './leaving.module.css';
import { t } from './messages.en.ts';
import { WorkList } from './work-list.tsx';

/** What was handed over for a person, of what the reader sees; nothing where there is nothing. */
export function HandedOverPanel({ personId }: { personId: string }) {
  const list = useRead('people', listHandedOver, { id: personId });
  if (!list.data || list.data.items.length === 0) return null;
  return <Panel title={t('leaving.handed')}><div className={css.pad}><WorkList items={list.data.items} /></div></Panel>;
}
