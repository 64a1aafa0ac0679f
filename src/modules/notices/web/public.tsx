import { LinkTo } from './link-to.tsx';
import { useState } from 'react';
import { OpenMuster } from './muster/open-dialog.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listNotices } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';
import { NoticeState } from './words.tsx';

/** Who was notified of an incident, and the way to notify people of it. Of one behind a wall nothing is said outside, so there is none. */
export function NoticesOf({ incident: { id, siteId, isWalled, state } }: { incident: { id: string; siteId: string | null; isWalled: boolean; state: string } }) {
  const mayRead = useMay('notices:read');
  const mayPrepare = useMay('notices:prepare') && !isWalled && state === 'open';
  const mayMuster = useMay('notices:muster') && !isWalled && state === 'open';
  const [isCalling, setCalling] = useState(false);
  const list = useList('notices', listNotices, { about: id, limit: 20 }, { isOn: mayRead && !isWalled });
  if (!mayRead || isWalled) return null;
  const to = `/notifications/new?incident=${id}${siteId === null ? '' : `&site=${siteId}`}`;
  return (
    <Panel title={t('notices.of-incident')} actions={<>{mayMuster && <Button onClick={() => setCalling(true)}>{t('notices.roll-call')}</Button>}{mayPrepare && <LinkButton to={to}>{t('notices.notify')}</LinkButton>}</>}>
      <div className={css.pad}>
        <Asked reading={list}>{(all) => (all.length === 0 ? <Empty>{t('notices.of-incident.none')}</Empty> : (
          <ul className={css.list}>{all.map((one) => <li key={one.id}><span className={css.words}><LinkTo kind="notices.notice" {...one} /></span><NoticeState {...one} /><span>{t('notices.of', { n: one.reached, total: one.size })}</span></li>)}</ul>
        ))}</Asked>
        {isCalling && <OpenMuster from={{ incident: { id, siteId } }} onClose={() => setCalling(false)} />}
      </div>
    </Panel>
  );
}
