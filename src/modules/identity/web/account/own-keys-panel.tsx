import { useState } from 'react';
import { SiteName } from '#modules/sites/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { createOwnKey, listOwnKeys, listRoles, type OwnKey, type Role, revokeOwnKey } from '../../contract.ts';
import { useConfirmation } from '../factors/confirmation.tsx';
import css from '../account.module.css';
import list from '../factors/factors.module.css';
import { KeySecret, type MadeKey } from '../key-secret.tsx';
import { t as account } from '../messages.en.ts';
import { ScopeFields, scopeFaults, UNSCOPED } from '../scope-fields.tsx';
import { t } from './messages.en.ts';

const isUsed = (key: OwnKey): boolean => Date.parse(key.lastSeenAt) - Date.parse(key.createdAt) > 1000;

/** My own API keys. */
export function OwnKeysPanel() {
  const me = useMe();
  const reading = useRead('identity', listOwnKeys, {});
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [revoking, setRevoking] = useState<OwnKey | null>(null);
  return (
    <Panel title={t('identity.own-keys')} actions={me.roles.length > 0 && <Button icon="add" onClick={() => setMaking(true)}>{t('identity.own-keys.new')}</Button>}>
      <p className={list.note}>{t('identity.own-keys.why')}{me.roles.length === 0 && ` ${t('identity.own-keys.no-role')}`}</p>
      <Asked reading={reading}>
        {({ items }) => items.length === 0 ? <p className={list.note}>{t('identity.own-keys.none')}</p> : <ul>{items.map((key) => <OneKey key={key.id} own={key} isByMe={key.madeBy === me.name} onRevoke={() => setRevoking(key)} />)}</ul>}
      </Asked>
      {isMaking && <MakeKey onClose={() => setMaking(false)} onMade={(key) => { setMaking(false); setMade(key); }} />}
      {made && <KeySecret made={made} onClose={() => setMade(null)} />}
      {revoking && <Revoke own={revoking} onClose={() => setRevoking(null)} />}
    </Panel>
  );
}

const OneKey = ({ own, isByMe, onRevoke }: { own: OwnKey; isByMe: boolean; onRevoke: () => void }) => (
  <li className={css.session}>
    <div><b className="strong">{own.name}</b> <span className="t2">{own.role}{own.siteId !== null && <>, <SiteName id={own.siteId} otherwise={account('identity.hidden-site')} /></>}{!isByMe && `, ${t('identity.own-keys.made-by', { name: own.madeBy })}`}</span></div>
    <dl className="facts">
      <dt>{t('identity.own-keys.used')}</dt><dd>{isUsed(own) ? <TwoTimes at={own.lastSeenAt} /> : <span className="t3">{account('identity.keys.never')}</span>}</dd>
      <dt>{account('identity.until')}</dt><dd><TwoTimes at={own.expiresAt} /></dd>
    </dl>
    <Button aria-label={account('identity.keys.revoke.of', { name: own.name })} onClick={onRevoke}>{account('identity.keys.revoke')}</Button>
  </li>
);

function MakeKey({ onClose, onMade }: { onClose: () => void; onMade: (made: MadeKey) => void }) {
  const mine = useMe().roles.map((role) => role.key);
  const roles = useRead('identity', listRoles, { for: 'person' });
  const { send, isBusy, problem } = useSend('identity', createOwnKey);
  const confirmation = useConfirmation();
  const [name, setName] = useState('');
  const [scoped, setScoped] = useState(UNSCOPED);
  const [isTried, setTried] = useState(false);
  const faults = scopeFaults(scoped);
  const { until } = scoped;
  const submit = (): void => {
    setTried(true);
    if (Object.keys(faults).length > 0 || name.trim() === '' || until === null) return;
    void confirmation.run(async () => {
      const { secret } = await send({ name: name.trim(), roleKey: scoped.roleKey, siteId: scoped.where === 'site' ? (scoped.site?.value ?? null) : null, until });
      onMade({ name: name.trim(), secret: secret ?? '' });
    }).catch(() => undefined);
  };
  const isRefusedHere = problem && problem.errors.length === 0 && problem.code !== 'identity.confirm_first';
  return (
    <>
      <Dialog title={t('identity.own-keys.new')} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{account('identity.keys.make')}</Button><Button onClick={onClose}>{account('identity.cancel')}</Button></>}>
        <FaultSummary faults={[]} detail={isRefusedHere ? problem.detail : undefined} />
        <TextField label={account('identity.keys.name')} help={account('identity.keys.name.help')} value={name} onValue={setName} error={problem?.of('/name') ?? (isTried && name.trim() === '' ? account('identity.keys.name.missing') : undefined)} />
        <Asked reading={roles}>
          {({ items }) => <ScopeFields roles={items.filter((role: Role) => mine.includes(role.key))} value={scoped} onValue={setScoped} faults={isTried ? faults : {}} untilFault={problem?.of('/until') ?? (isTried && until === null ? t('identity.own-keys.until.missing') : undefined)} roleFault={problem?.of('/roleKey')} />}
        </Asked>
      </Dialog>
      {confirmation.dialog}
    </>
  );
}

function Revoke({ own, onClose }: { own: OwnKey; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', revokeOwnKey);
  const revoke = async (): Promise<void> => {
    await send({ id: own.id });
    announce(account('identity.keys.revoked', { name: own.name }));
    onClose();
  };
  return (
    <Dialog title={account('identity.keys.revoke.of', { name: own.name })} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void revoke().catch(() => undefined)}>{account('identity.keys.revoke')}</Button><Button onClick={onClose} data-autofocus>{account('identity.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{account('identity.keys.revoke.what')}</p>
    </Dialog>
  );
}
