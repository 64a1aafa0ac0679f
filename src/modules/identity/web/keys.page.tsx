import { useState } from 'react';
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
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { createKey, listKeys, listRoles, revokeKey } from '../contract.ts';
import { CopyBox } from './copy-box.tsx';
import { t } from './messages.en.ts';
import { ScopeFields, scopeFaults, UNSCOPED, untilOf } from './scope-fields.tsx';

type Key = Reply<typeof listKeys>['items'][number];
type Made = { name: string; secret: string };

const isUsed = (key: Key): boolean => Date.parse(key.lastSeenAt) - Date.parse(key.createdAt) > 1000;

export default function KeysPage() {
  const reading = useRead('identity', listKeys, {});
  useRead('identity', listRoles, { for: 'key' });
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const [revoking, setRevoking] = useState<Key | null>(null);
  useWhere({ title: t('identity.keys') });
  useCommands([{ key: 'C', title: t('identity.keys.new'), run: () => setMaking(true) }]);
  const columns: readonly Column<Key>[] = [
    { key: 'name', title: t('identity.keys.name'), cell: (key) => <b className="strong">{key.label}</b> },
    { key: 'role', title: t('identity.role'), cell: (key) => key.role ?? '' },
    { key: 'where', title: t('identity.scope'), isSpare: true, cell: (key) => (key.siteId === null ? <span className="t2">{t('identity.organisation-wide')}</span> : <SiteName id={key.siteId} otherwise={t('identity.hidden-site')} />) },
    { key: 'made', title: t('identity.keys.made'), isSpare: true, cell: (key) => <TwoTimes at={key.createdAt} /> },
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
      {made && (
        <Dialog title={t('identity.keys.secret', { name: made.name })} onClose={() => setMade(null)} actions={<Button look="filled" onClick={() => setMade(null)}>{t('identity.keys.kept')}</Button>}>
          <p className="strong">{t('identity.keys.secret.once')}</p>
          <CopyBox text={made.secret} label={t('identity.keys.secret', { name: made.name })} />
          <p className="t2">{t('identity.keys.secret.header')}</p>
        </Dialog>
      )}
      {revoking && <Revoke of={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function MakeKey({ onClose, onMade }: { onClose: () => void; onMade: (made: Made) => void }) {
  const roles = useRead('identity', listRoles, { for: 'key' });
  const { send, isBusy, problem } = useSend('identity', createKey);
  const [name, setName] = useState('');
  const [scoped, setScoped] = useState(UNSCOPED);
  const [isTried, setTried] = useState(false);
  const faults = scopeFaults(scoped);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(faults).length > 0 || name.trim() === '') return;
    const { secret } = await send({ name: name.trim(), roleKey: scoped.roleKey, siteId: scoped.where === 'site' ? (scoped.site?.value ?? null) : null, ...untilOf(scoped) });
    onMade({ name: name.trim(), secret: secret ?? '' });
  };
  return (
    <Dialog title={t('identity.keys.new')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('identity.keys.make')}</Button><Button onClick={onClose}>{t('identity.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('identity.keys.name')} help={t('identity.keys.name.help')} value={name} onValue={setName} error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('identity.keys.name.missing') : undefined)} />
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
