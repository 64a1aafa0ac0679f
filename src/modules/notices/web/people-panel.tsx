import { useEffect, useRef, useState } from 'react';
import { useList } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Panel } from '#ui/record-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { listRecipients, type NoticeDetail, type Recipient } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';
import { AnswerTag, SendWords } from './words.tsx';

const ONLY = ['help', 'unanswered', 'unreached'] as const;
type Only = (typeof ONLY)[number];

/** To whom it went, who needs help first, with each channel's state. */
export function People({ notice }: { notice: NoticeDetail }) {
  const [only, setOnly] = useState<Only | ''>('');
  const [q, setQ] = useState<string | undefined>(undefined);
  const list = useList('notices', listRecipients, { id: notice.id, only: only === '' ? undefined : only, q });
  const standing = JSON.stringify([notice.counts, notice.answers, notice.help]);
  const known = useRef(standing);
  // The list is read anew when the notice's own figures moved.
  useEffect(() => {
    if (known.current === standing) return;
    known.current = standing;
    list.again();
  });
  const choices = [{ value: '', title: t('notices.only.all') }, ...ONLY.map((value) => ({ value, title: t(`notices.only.${value}`) }))];
  return (
    <Panel title={t('notices.people')} actions={<><SearchBox label={t('notices.find')} value={q} onValue={setQ} /><FilterSelect label={t('notices.only')} value={only} onValue={(value) => setOnly(ONLY.find((one) => one === value) ?? '')} choices={choices} /></>}>
      <div className={css.pad}>
        <Asked reading={list}>{(all) => (all.length === 0 ? <Empty>{t('notices.none')}</Empty> : <ul className={css.list}>{all.map((one) => <One key={one.id} one={one} />)}</ul>)}</Asked>
        {list.more && <p><Button isBusy={list.isReadingMore} onClick={list.more}>{t('notices.more')}</Button></p>}
      </div>
    </Panel>
  );
}

const One = ({ one: { name, answer, note, answeredAt, sends } }: { one: Recipient }) => (
  <li>
    <span className={css.words}><b className="strong">{name}</b>{note && <span className="t2"> {note}</span>}</span>
    <AnswerTag answer={answer} />
    {answeredAt && <TwoTimes at={answeredAt} />}
    {sends.map((send) => <SendWords key={send.channel} send={send} />)}
  </li>
);
