import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { SiteName } from '#modules/sites/web/public.tsx';
import type { Reply } from '#platform/kernel/contract.ts';
import { useCommands } from '#platform/web/commands.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import type { Option } from '#ui/picker.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { createKey, listKeys, listRoles, revokeKey } from '../contract.ts';
import { KeySecret, type MadeKey } from './key-secret.tsx';
import { t } from './messages.en.ts';
import { ScopeFields, scopeFaults, UNSCOPED, untilOf } from './scope-fields.tsx';

type Key = Reply<typeof listKeys>['items'][number];

const isUsed = (key: Key): boolean => Date.parse(key.lastSeenAt) - Date.parse(key.createdAt) > 1000;

export default function KeysPage() {
  const reading = useRead('identity', listKeys, {});
  useRead('identity', listRoles, { for: 'key' });
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [revoking, setRevoking] = useState<Key | null>(null);
  useWhere({ title: t('identity.keys') });
  useCommands([{ key: 'C', title: t('identity.keys.new'), run: () => setMaking(true) }]);
  const columns: readonly Column<Key>[] = [
    { key: 'name', title: t('identity.keys.name'), cell: (key) => <b className="strong">{key.label}</b> },
    { key: 'role', title: t('identity.role'), cell: (key) => key.role ?? '' },
    { key: 'where', title: t('identity.scope'), isSpare: true, cell: (key) => (key.siteId === null ? <span className="t2">{t('identity.organisation-wide')}</span> : <SiteName id={key.siteId} otherwise={t('identity.hidden-site')} />) },
    { key: 'owner', title: t('identity.keys.owner'), isSpare: true, cell: (key) => key.owner ?? <span className="t3">{t('identity.keys.nobodys')}</span> },
    { key: 'made', title: t('identity.keys.made'), isSpare: true, cell: (key) => <><TwoTimes at={key.createdAt} /> {key.madeBy && <span className="t2">{t('identity.keys.by', { name: key.madeBy })}</span>}</> },
    { key: 'used', title: t('identity.keys.used'), cell: (key) => (isUsed(key) ? <TwoTimes at={key.lastSeenAt} /> : <span className="t3">{t('identity.keys.never')}</span>) },
    { key: 'until', title: t('identity.until'), width: 190, cell: (key) => (key.expiresAt === null ? <span className="t2">{t('identity.no-end')}</span> : <TwoTimes at={key.expiresAt} />) },
    { key: 'revoke', title: t('identity.keys.revoke'), hidesTitle: true, width: 90, align: 'end', cell: (key) => <Button aria-label={t('identity.keys.revoke.of', { name: key.label })} onClick={() => setRevoking(key)}>{t('identity.keys.revoke')}</Button> },
  ];
  const fresh = <Button look="filled" keyCap="C" onClick={() => setMaking(true)}>{t('identity.keys.new')}</Button>;
  return (
    <>
      <ListPage title={t('identity.keys')} actions={fresh} filters={<p className="t2">{t('identity.keys.why')}</p>} foot={reading.state === 'ready' ? <ListFoot shown={reading.data.items.length} total={null} tookMs={null} /> : null}>
        <Asked reading={reading}>
          {({ items }) => items.length === 0 ? <Empty>{t('identity.keys.none')}</Empty> : (
            <DataTable label={t('identity.keys')} columns={columns} rows={items} idOf={(key) => key.id} nameOf={(key) => key.label} onOpen={setRevoking} phone={(key) => ({ title: key.label, second: key.role ?? '', right: <Button onClick={() => setRevoking(key)}>{t('identity.keys.revoke')}</Button> })} />
          )}
        </Asked>
      </ListPage>
      {isMaking && <MakeKey onClose={() => setMaking(false)} onMade={(key) => { setMaking(false); setMade(key); }} />}
      {made && <KeySecret made={made} onClose={() => setMade(null)} />}
      {revoking && <Revoke of={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function MakeKey({ onClose, onMade }: { onClose: () => void; onMade: (made: MadeKey) => void }) {
  const roles = useRead('identity', listRoles, { for: 'key' });
  const { send, isBusy, problem } = useSend('identity', createKey);
  const [name, setName] = useState('');
  const [owner, setOwner] = useState<Option | null>(null);
  const [scoped, setScoped] = useState(UNSCOPED);
  const [isTried, setTried] = useState(false);
  const faults = scopeFaults(scoped);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(faults).length > 0 || name.trim() === '') return;
    const { secret } = await send({ name: name.trim(), roleKey: scoped.roleKey, siteId: scoped.where === 'site' ? (scoped.site?.value ?? null) : null, ...untilOf(scoped), ...(owner && { ownerId: owner.value }) });
    onMade({ name: name.trim(), secret: secret ?? '' });
  };
  return (
    <Dialog title={t('identity.keys.new')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('identity.keys.make')}</Button><Button onClick={onClose}>{t('identity.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('identity.keys.name')} help={t('identity.keys.name.help')} value={name} onValue={setName} error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('identity.keys.name.missing') : undefined)} />
      <PersonPicker label={t('identity.keys.owner')} help={t('identity.keys.owner.help')} isOptional value={owner} onValue={setOwner} error={problem?.of('/ownerId')} />
      {owner && <p className="t2">{t('identity.keys.owner.walls', { name: owner.title })}</p>}
      <Asked reading={roles}>{({ items }) => <ScopeFields roles={items} value={scoped} onValue={setScoped} faults={isTried ? faults : {}} untilFault={problem?.of('/until')} roleFault={problem?.of('/roleKey')} />}</Asked>
    </Dialog>
  );
}

function Revoke({ of: key, onClose }: { of: Key; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', revokeKey);
  const revoke = async (): Promise<void> => {
    await send({ id: key.id });
    announce(t('identity.keys.revoked', { name: key.label }));
    onClose();
  };
  return (
    <Dialog title={t('identity.keys.revoke.of', { name: key.label })} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void revoke().catch(() => undefined)}>{t('identity.keys.revoke')}</Button><Button onClick={onClose} data-autofocus>{t('identity.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('identity.keys.revoke.what')}</p>
    </Dialog>
  );
}
