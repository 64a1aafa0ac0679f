import { useState } from 'react';
import { listRoles } from '#modules/identity/contract.ts';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, SelectField, TextArea } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { Asked } from '#ui/states.tsx';
import { endMapping, type Group, mapGroup, type Mapping } from '../contract.ts';
import { t } from './messages.en.ts';

type Typed = { roleKey: string; where: 'organisation' | 'site'; site: Option | null; reason: string };

const faultsOf = ({ roleKey, where, site, reason }: Typed) => ({
  role: roleKey === '' ? t('directory.map.role.missing') : undefined, site: where === 'site' && site === null ? t('directory.map.site.missing') : undefined, reason: reason.trim().length < 3 ? t('directory.map.reason.missing') : undefined,
});

/** Lets a group give a role; what that takes is said before. */
export function MapGroup({ directoryId, group, onClose }: { directoryId: string; group: Group; onClose: () => void }) {
  const roles = useRead('identity', listRoles, { for: 'person' });
  const { send, isBusy, problem } = useSend('directory', mapGroup);
  const [typed, setTyped] = useState<Typed>({ roleKey: '', where: 'site', site: null, reason: '' });
  const [isTried, setTried] = useState(false);
  const faults = faultsOf(typed);
  const shown = isTried ? faults : { role: undefined, site: undefined, reason: undefined };
  const submit = async (): Promise<void> => {
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) return;
    const { state } = await send({ id: directoryId, groupId: group.id, roleKey: typed.roleKey, siteId: typed.where === 'site' ? (typed.site?.value ?? null) : null, reason: typed.reason.trim() });
    announce(t(state === 'waiting' ? 'directory.map.waiting' : 'directory.map.given', group));
    onClose();
  };
  return (
    <Dialog title={t('directory.map.of', group)} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('directory.map.do')}</Button><Button onClick={onClose}>{t('directory.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p className="t2">{t('directory.map.note')}</p>
      <Asked reading={roles}>{({ items }) => <SelectField label={t('directory.map.role')} placeholder="" value={typed.roleKey} onValue={(roleKey) => setTyped({ ...typed, roleKey })} choices={items.map(({ key, title }) => ({ value: key, title }))} error={problem?.of('/roleKey') ?? shown.role} />}</Asked>
      <ChoiceGroup label={t('directory.map.where')} value={typed.where} onValue={(where) => setTyped({ ...typed, where: where as Typed['where'] })} choices={[{ value: 'site', title: t('directory.map.where.site') }, { value: 'organisation', title: t('directory.map.where.organisation') }]} />
      {typed.where === 'site' && <SitePicker label={t('directory.map.site')} value={typed.site} onValue={(site) => setTyped({ ...typed, site })} error={problem?.of('/siteId') ?? shown.site} />}
      <TextArea label={t('directory.map.reason')} rows={2} value={typed.reason} onValue={(reason) => setTyped({ ...typed, reason })} error={problem?.of('/reason') ?? shown.reason} />
    </Dialog>
  );
}

export function EndMapping({ directoryId, group, mapping, onClose }: { directoryId: string; group: Group; mapping: Mapping; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('directory', endMapping);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const words = { name: group.name, role: mapping.role };
  const end = async (): Promise<void> => {
    setTried(true);
    if (reason.trim().length < 3) return;
    await send({ id: directoryId, rowId: mapping.id, reason: reason.trim() });
    announce(t('directory.map.ended', words));
    onClose();
  };
  return (
    <Dialog title={t('directory.map.end.of', words)} onClose={onClose} onSubmit={() => void end().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{t('directory.map.end')}</Button><Button onClick={onClose}>{t('directory.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('directory.map.end.what')}</p>
      <TextArea label={t('directory.map.reason')} rows={2} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried && reason.trim().length < 3 ? t('directory.map.reason.missing') : undefined)} />
    </Dialog>
  );
}
