import { useState } from 'react';
import { SiteName } from '#modules/sites/web/public.tsx';
import { Link } from '#platform/web/navigation.tsx';
import { useList, useRead } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Grant, listGrants, listRoles } from '../contract.ts';
import { EndGrantDialog, GiveRoleDialog } from './grant-dialogs.tsx';
import css from './grants.module.css';
import { t } from './messages.en.ts';
import { t as rights } from './rights/messages.en.ts';

export { agentWords, withWords } from './account/session-words.ts';

export { CopyBox } from './copy-box.tsx';
export { Door } from './door.tsx';
export { KeySecret, type MadeKey } from './key-secret.tsx';
export { GlassMark, WallPanel } from './glass/wall-panel.tsx';
export { ScopeFields, scopeFaults, UNSCOPED, untilOf } from './scope-fields.tsx';

/** The roles of a person, with giving and ending them for who may. */
export function GrantsOf({ personId, name }: { personId: string; name: string }) {
  const [isGiving, setGiving] = useState(false);
  const [ending, setEnding] = useState<Grant | null>(null);
  const isMe = useMe().personId === personId;
  const mayGrant = useMay('identity:grant') && !isMe;
  const list = useList('identity', listGrants, { personId });
  useRead('identity', listRoles, { for: 'person' }, { isOn: mayGrant });
  const give = mayGrant && <Button icon="add" onClick={() => setGiving(true)}>{t('identity.grants.give')}</Button>;
  return (
    <Panel title={t('identity.grants')} actions={list.data?.length ? give : null}>
      {isMe && <p className={css.self}>{t('identity.grants.self')}</p>}
      <Asked reading={list}>
        {(grants) => grants.length === 0 ? <Empty action={give}>{t('identity.grants.none', { name })}</Empty> : <ul>{grants.map((grant) => <One key={grant.id} grant={grant} {...(mayGrant && { onEnd: () => setEnding(grant) })} />)}</ul>}
      </Asked>
      {isGiving && <GiveRoleDialog personId={personId} name={name} onClose={() => setGiving(false)} />}
      {ending && <EndGrantDialog grant={ending} onClose={() => setEnding(null)} />}
    </Panel>
  );
}

function One({ grant, onEnd }: { grant: Grant; onEnd?: () => void }) {
  const isToCome = Date.parse(grant.since) > useNow().getTime();
  return (
    <li className={css.grant}>
      <div className={css.what}>
        <b className="strong">{grant.role}</b>
        <span>{grant.siteId === null ? t('identity.organisation-wide') : <SiteName id={grant.siteId} otherwise={t('identity.hidden-site')} />}</span>
        {isToCome && <Tag look="line"><TwoTimes at={grant.since} /></Tag>}
        {grant.isAlone && <Tag look="p2">{rights('rights.alone')}</Tag>}
      </div>
      <dl className="facts">
        <dt>{t('identity.until')}</dt><dd>{grant.until === null ? t('identity.no-end') : <TwoTimes at={grant.until} />}</dd>
        <dt>{t('identity.grants.since')}</dt><dd><TwoTimes at={grant.since} /> {grant.grantedBy && <span className="t2">{t('identity.grants.by').toLowerCase()} {grant.grantedBy}{grant.approvedBy && !grant.isAlone && `, ${rights('rights.approved-by', { name: grant.approvedBy })}`}</span>}</dd>
        <dt>{t('identity.grants.why')}</dt><dd>{grant.reason}</dd>
        {grant.decisionId && <><dt>{rights('rights.decision')}</dt><dd><Link to={`/decisions/${grant.decisionId}`}>{rights('rights.decision')}</Link></dd></>}
      </dl>
      {onEnd && <Button className={css.end} aria-label={t('identity.grants.end.of', { role: grant.role })} onClick={onEnd}>{t('identity.grants.end')}</Button>}
    </li>
  );
}
