import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { Waiting } from '#ui/states.tsx';
import { answerMine, type Mine, openMine } from '../contract.ts';
import { Answering } from './answering.tsx';
import { t } from './messages.en.ts';
import css from './notices.module.css';

/** One that I was sent; opening it says that I read it. */
export default function ToldOnePage() {
  const { id = '' } = useParams({ strict: false });
  const { send, problem } = useSend('notices', openMine);
  const answering = useSend('notices', answerMine);
  const [mine, setMine] = useState<Mine | null>(null);
  useWhere({ title: mine?.title ?? t('notices.told') });
  useEffect(() => void send({ id }).then(setMine).catch(() => undefined), [id, send]);
  return (
    <div className={css.page}>
      <h1 className="title">{mine?.title ?? t('notices.told')}</h1>
      {mine ? <Answering mine={mine} isBusy={answering.isBusy} detail={answering.problem?.detail} onAnswer={(answer, note) => void answering.send({ id, answer, note }).then(setMine).catch(() => undefined)} /> : problem ? <p role="alert">{problem.detail}</p> : <Waiting rows={3} />}
      <p><LinkButton to="/told">{t('notices.told')}</LinkButton></p>
    </div>
  );
}
