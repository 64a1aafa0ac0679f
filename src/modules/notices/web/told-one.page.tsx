import { useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { type Reading, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { answerMine, type Mine, openMine } from '../contract.ts';
import { Answering } from './answering.tsx';
import { t } from './messages.en.ts';
import css from './notices.module.css';

/** One that I was sent; opening it says that I read it. */
export default function ToldOnePage() {
  const { id = '' } = useParams({ strict: false });
  const { send, problem } = useSend('notices', openMine);
  const answering = useSend('notices', answerMine);
  const [shown, setRead] = useState<{ data: Mine; at: Date } | null>(null);
  useWhere({ title: shown?.data.title ?? t('notices.told') });
  const read = useCallback(() => void send({ id }).then((data) => setRead({ data, at: new Date() })).catch(() => undefined), [id, send]);
  useEffect(read, [read]);
  const reading: Reading<Mine> = shown ? { state: 'ready', data: shown.data, problem: null, readAt: shown.at, again: read } : problem ? { state: 'failed', data: undefined, problem, readAt: null, again: read } : { state: 'waiting', data: undefined, problem: null, readAt: null, again: read };
  return (
    <AskedRecord reading={reading} title={t('notices.told')}>
      {(mine) => (
        <div className={css.page}>
          <h1 className="title">{mine.title}</h1>
          <Answering mine={mine} isBusy={answering.isBusy} detail={answering.problem?.detail} onAnswer={(answer, note) => void answering.send({ id, answer, note }).then((data) => setRead({ data, at: new Date() })).catch(() => undefined)} />
          <p><LinkButton to="/told">{t('notices.told')}</LinkButton></p>
        </div>
      )}
    </AskedRecord>
  );
}
