import { useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useGo, useRecordAddress } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { markRead, type Notice, readNotice } from '../contract.ts';
import { t } from './messages.en.ts';
import { One } from './notices.page.tsx';
import css from './notify.module.css';
import { isAsking } from './words.ts';

/** Where a message from outside leads: on to what it tells of; one that wants to be acknowledged is shown first. */
export default function NoticePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const reading = useRead('notify', readNotice, { id });
  useWhere({ title: t('notify.one') });
  return <div className={css.page}><AskedRecord reading={reading} title={t('notify.one')}>{(notice) => <Opened notice={notice} />}</AskedRecord></div>;
}

function Opened({ notice }: { notice: Notice }) {
  const go = useGo();
  const addressOf = useRecordAddress();
  const { send } = useSend('notify', markRead);
  const isDone = useRef(false);
  const address = notice.record ? addressOf(notice.record.kind, notice.record.id) : notice.path;
  const isShown = isAsking(notice) || address === null || address === '/notices';
  useEffect(() => {
    if (isDone.current) return;
    isDone.current = true;
    if (notice.readAt === null && !isAsking(notice)) void send({ id: notice.id }).catch(() => undefined);
    if (!isShown && address !== null) go(address, { replace: true });
  }, [address, go, isShown, notice, send]);
  if (!isShown) return null;
  return (
    <>
      <h1 className="title">{t('notify.one')}</h1>
      <Panel title={t('notify.one')}><ul><One notice={notice} /></ul></Panel>
      <p className="row">
        {address !== null && address !== '/notices' && <LinkButton to={address}>{t('notify.open')}</LinkButton>}
        {notice.record && address === null && <span className="t2">{t('notify.record.gone')}</span>}
        <LinkButton to="/notices">{t('notify.all')}</LinkButton>
      </p>
    </>
  );
}
