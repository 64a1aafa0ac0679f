import { useState } from 'react';
import { RecordLink, useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listExhibits } from '../contract.ts';
import { AddDialog } from './add-dialog.tsx';
import { BundlesPart } from './bundles-part.tsx';
import css from './exhibits.module.css';
import { t } from './messages.en.ts';
import { StateOf, whereWords } from './words.tsx';

type Props = { caseId: string; /** My permissions in the room of the case. */ mine: readonly string[]; isOpen: boolean; siteZone?: string | undefined };

/** The exhibits of a case, and the evidence bundles that left it. */
export function ExhibitsOf({ caseId, mine, isOpen, siteZone }: Props) {
  const maySee = mine.includes('exhibits:view');
  const mayAdd = isOpen && mine.includes('exhibits:add');
  const list = useList('exhibits', listExhibits, { caseId, limit: 200 }, { isOn: maySee });
  const [isAdding, setAdding] = useState(false);
  const go = useGo();
  if (!maySee) return <Panel title={t('exhibits')}><Empty>{t('exhibits.not-yours')}</Empty></Panel>;
  return (
    <>
      <Panel title={t('exhibits')} actions={mayAdd && <Button icon="add" onClick={() => setAdding(true)}>{t('exhibits.add')}</Button>}>
        <Asked reading={list}>{(exhibits) => (exhibits.length === 0 ? <Empty>{t('exhibits.of-case.none')}</Empty> : (
          <ul className={css.items} aria-label={t('exhibits')}>
            {exhibits.map((exhibit) => (
              <li key={exhibit.id} className={css.item}>
                <div className={css.words}><span><RecordLink kind="exhibits.exhibit" id={exhibit.id}>{exhibit.title}</RecordLink> <span className="mono t2 nowrap">{exhibit.number}</span></span><span className="t2 small">{whereWords(exhibit)}</span></div>
                <StateOf exhibit={exhibit} />
              </li>
            ))}
          </ul>
        ))}</Asked>
        {list.more && <div className={css.pad}><Button isBusy={list.isReadingMore} onClick={list.more}>{t('exhibits.more')}</Button></div>}
      </Panel>
      <BundlesPart caseId={caseId} exhibits={list.data ?? []} mayClose={mayAdd && mine.includes('ledger:read')} mayFetch={mine.includes('ledger:read')} />
      {isAdding && <AddDialog caseId={caseId} siteZone={siteZone} onClose={() => setAdding(false)} onAdded={(id) => go(`/cases/exhibits/${id}`)} />}
    </>
  );
}
