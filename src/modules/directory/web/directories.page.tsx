import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listDirectories } from '../contract.ts';
import { AddDirectory } from './directory-form.tsx';
import { OneDirectory } from './one-directory.tsx';
import css from './directory.module.css';
import { t } from './messages.en.ts';

export default function DirectoriesPage() {
  const reading = useRead('directory', listDirectories, {});
  const [isAdding, setAdding] = useState(false);
  const add = (): void => setAdding(true);
  useWhere({ title: t('directory.all') });
  useCommands([{ key: 'C', title: t('directory.new'), run: add }]);
  return (
    <>
      <ListPage title={t('directory.all')} actions={<Button look="filled" keyCap="C" onClick={add}>{t('directory.new')}</Button>} filters={<p className="t2">{t('directory.why')}</p>}>
        <Asked reading={reading}>
          {({ items, address }) => (items.length === 0 ? <Empty>{t('directory.none')}</Empty> : <div className={css.all}>{items.map((directory) => <OneDirectory key={directory.id} directory={directory} address={address} />)}</div>)}
        </Asked>
      </ListPage>
      {isAdding && <AddDirectory onClose={() => setAdding(false)} />}
    </>
  );
}
