import { useState } from 'react';
import { useList, useRead, useSend } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Asked, AskedRecord, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Reply } from '#platform/kernel/contract.ts';
import { answerAsk, listAsks, readAsk, type WallAsk } from '../contract.ts';
import { Fields } from './fields.tsx';
import { t } from './messages.en.ts';
import css from './subjects.module.css';
import { WordsDialog } from './words-dialog.tsx';

const VIEW = viewOf({ peek: text() });

const COLUMNS: readonly Column<WallAsk>[] = [
  { key: 'name', title: t('subjects.name'), cell: (ask) => <b className="strong">{ask.name || t('subjects.ask.over')}</b> },
  { key: 'kind', title: t('subjects.kind'), width: 130, cell: (ask) => t(`subjects.kind.${ask.kind}`) },
  { key: 'asked', title: t('subjects.asked'), width: 200, isSpare: true, cell: (ask) => <TwoTimes at={ask.askedAt} /> },
  { key: 'state', title: t('subjects.state'), width: 150, cell: (ask) => <Tag look="wall" icon="lock">{t(`subjects.ask.${ask.state}`)}</Tag> },
];

/** What people who keep walls are asked to release about somebody. */
export default function AsksPage() {
  const [view, setView] = useView(VIEW);
  const list = useList('subjects', listAsks, {});
  useWhere({ title: t('subjects.asks.title') });
  return (
    <ListPage title={t('subjects.asks.title')} peek={view.peek === undefined ? null : { name: t('subjects.asks.one'), onClose: () => setView({ peek: undefined }), body: <Details key={view.peek} id={view.peek} /> }}>
      <Asked reading={list}>
        {(asks) => asks.length === 0 ? <Empty>{t('subjects.asks.none')}</Empty> : (
          <DataTable
            label={t('subjects.asks.title')} columns={COLUMNS} rows={asks} idOf={(ask) => ask.id} nameOf={(ask) => ask.name} more={list.more} isReadingMore={list.isReadingMore} onOpen={(ask) => setView({ peek: ask.id })} peeked={view.peek} onPeek={(ask) => setView({ peek: ask?.id })}
            phone={(ask) => ({ title: ask.name, second: t(`subjects.kind.${ask.kind}`), right: <Tag look="wall" icon="lock">{t(`subjects.ask.${ask.state}`)}</Tag> })}
          />
        )}
      </Asked>
    </ListPage>
  );
}

function Details({ id }: { id: string }) {
  const reading = useRead('subjects', readAsk, { id });
  return <AskedRecord reading={reading} title={t('subjects.asks.one')}>{(ask) => <Shown ask={ask} />}</AskedRecord>;
}

function Shown({ ask }: { ask: Reply<typeof readAsk> }) {
  const { send, isBusy, problem } = useSend('subjects', answerAsk);
  const [answer, setAnswer] = useState<'released' | 'refused' | null>(null);
  return (
    <div className={css.pad}>
      <h2 className="head">{ask.name}</h2>
      <p className={css.wide}>{t(`subjects.asks.words.${ask.kind}`)}</p>
      {ask.ground && <p className={css.wide}>{ask.ground}</p>}
      {ask.state === 'waiting' && (
        <div className={css.line}>
          <Button look="filled" onClick={() => setAnswer('released')}>{t('subjects.asks.release')}</Button>
          <Button onClick={() => setAnswer('refused')}>{t('subjects.asks.refuse')}</Button>
        </div>
      )}
      <ul className={css.items}>
        {ask.items.map((item) => (
          <li key={item.id} className={css.found}>
            <div className={css.line}><span className="mono t2">{item.table}</span>{item.why.map((why) => <Tag key={why}>{t(`subjects.why.${why as 'about'}`)}</Tag>)}{item.at && <TwoTimes at={item.at} />}</div>
            <Fields body={item.body} />
          </li>
        ))}
      </ul>
      {answer && <WordsDialog title={t(`subjects.asks.${answer}`)} label={t('subjects.ground')} help={t('subjects.asks.ground.help')} act={answer === 'released' ? t('subjects.asks.release') : t('subjects.asks.refuse')} isBusy={isBusy} problem={problem} onSend={(ground) => send({ id: ask.id, isReleased: answer === 'released', ground }).then(() => setAnswer(null))} onClose={() => setAnswer(null)} />}
    </div>
  );
}
