import { useState } from 'react';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Asked } from '#ui/states.tsx';
import { endGrant, type Grant, grantRole, listRoles, type Role } from '../contract.ts';
import { listOffers } from '../rights-contract.ts';
import { t } from './messages.en.ts';
import { t as rights } from './rights/messages.en.ts';
import { OfferNote } from './rights/offer-note.tsx';
import { ScopeFields, scopeFaults, UNSCOPED, untilOf } from './scope-fields.tsx';

const reasonFault = (reason: string): string | undefined => (reason.trim().length < 3 ? t('identity.reason.missing') : undefined);

/** Gives a person a role, or proposes it where it is more than the giver's own to give. */
export function GiveRoleDialog({ personId, name, onClose }: { personId: string; name: string; onClose: () => void }) {
  const roles = useRead('identity', listRoles, { for: 'person' });
  const { send, isBusy, problem } = useSend('identity', grantRole);
  const [scoped, setScoped] = useState(UNSCOPED);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [outcome, setOutcome] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const siteId = scoped.where === 'site' ? (scoped.site?.value ?? null) : null;
  const isPlaced = scoped.where === 'organisation' || siteId !== null;
  const offers = useRead('identity', listOffers, { personId, siteId: siteId ?? undefined }, { isOn: isPlaced });
  const offer = offers.data?.items.find(({ roleKey }) => roleKey === scoped.roleKey);
  const faults = scopeFaults(scoped);
  const submit = async (known: readonly Role[]): Promise<void> => {
    setTried(true);
    if (Object.keys(faults).length > 0 || reasonFault(reason)) return;
    const { state, decisionId } = await send({ personId, roleKey: scoped.roleKey, siteId, reason: reason.trim(), ...untilOf(scoped) });
    announce(state === 'waiting' ? rights('rights.proposed', { name }) : t('identity.grants.give.done', { name, role: known.find((role) => role.key === scoped.roleKey)?.title ?? '' }));
    if (state === 'given' || decisionId === null) onClose();
    else setOutcome({ decisionId, state });
  };
  const title = t('identity.grants.give.to', { name });
  if (outcome) return <Dialog title={title} onClose={onClose} actions={<Button look="filled" onClick={onClose}>{rights('rights.close')}</Button>}><DecisionOutcome {...outcome} /></Dialog>;
  const does = offer?.how === 'two-people' && !offers.data?.isAlone ? rights('rights.propose') : t('identity.grants.give');
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit(roles.data?.items ?? []).catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('identity.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <Asked reading={roles}>{({ items }) => <ScopeFields roles={items} value={scoped} onValue={setScoped} faults={isTried ? faults : {}} untilFault={problem?.of('/until')} roleFault={problem?.of('/roleKey')} />}</Asked>
      {isPlaced && offers.data && <OfferNote offer={offer} mayGive={offers.data.mayGive} isAlone={offers.data.isAlone} isOverAll={siteId === null} />}
      <TextArea label={t('identity.reason')} rows={2} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried ? reasonFault(reason) : undefined)} />
    </Dialog>
  );
}

/** Ends a grant now. */
export function EndGrantDialog({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', endGrant);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (reasonFault(reason)) return;
    await send({ id: grant.id, reason: reason.trim() });
    announce(t('identity.grants.end.done', { name: grant.person, role: grant.role }));
    onClose();
  };
  return (
    <Dialog title={t('identity.grants.end.of', { role: grant.role })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{t('identity.grants.end')}</Button><Button onClick={onClose}>{t('identity.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p className="t2">{t('identity.grants.end.what', { name: grant.person })}</p>
      <TextArea label={t('identity.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried ? reasonFault(reason) : undefined)} />
    </Dialog>
  );
}
