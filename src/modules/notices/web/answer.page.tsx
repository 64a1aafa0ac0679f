import { useEffect, useState } from 'react';
import { Door } from '#modules/identity/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Waiting } from '#ui/states.tsx';
import { answerLink, type Mine, openLink } from '../contract.ts';
import { Answering } from './answering.tsx';
import { t } from './messages.en.ts';

/** Where the link of a notification leads: nobody need be signed in. */
export default function AnswerPage() {
  const [code] = useState(() => location.hash.slice(1));
  const isWhole = /^[\w-]{22}$/.test(code);
  const { send, problem } = useSend('notices', openLink);
  const answering = useSend('notices', answerLink);
  const [mine, setMine] = useState<Mine | null>(null);
  useWhere({ title: mine?.title ?? t('notices.link.title') });
  useEffect(() => {
    if (isWhole) void send({ code }).then(setMine).catch(() => undefined);
  }, [code, isWhole, send]);
  return (
    <Door title={mine?.title ?? t('notices.link.title')}>
      {mine ? <Answering mine={mine} isBusy={answering.isBusy} detail={answering.problem?.detail} onAnswer={(answer, note) => void answering.send({ code, answer, note }).then(setMine).catch(() => undefined)} /> : problem || !isWhole ? <p role="alert">{t('notices.link.gone')}</p> : <Waiting rows={3} />}
    </Door>
  );
}
