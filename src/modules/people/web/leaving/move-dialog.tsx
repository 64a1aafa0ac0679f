import { useState } from 'react';
import { listGrants, listRoles } from '#modules/identity/contract.ts';
import { ScopeFields, scopeFaults, UNSCOPED, untilOf } from '#modules/identity/web/public.tsx';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useList, useRead, useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, TextArea } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { Asked } from '#ui/states.tsx';
import { movePerson, type Person } from '../../contract.ts';
import { t as people } from '../messages.en.ts';
import { PersonPicker } from '../public.tsx';
import css from './leaving.module.css';
import { t } from './messages.en.ts';

/** Home site, roles that end and a role that begins, in one step. */
export function MoveDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('people', movePerson);
  const grants = useList('identity', listGrants, { personId: person.id });
  const roles = useRead('identity', listRoles, { for: 'person' });
  const [home, setHome] = useState<Option | null>(null);
  const [ends, setEnds] = useState<ReadonlySet<string>>(new Set());
  const [begins, setBegins] = useState(false);
  const [scoped, setScoped] = useState(UNSCOPED);
  const [at, setAt] = useState<string | null>(null);
  const [to, setTo] = useState<Option | null>(null);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [outcome, setOutcome] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const { name } = person;
  const faults = begins ? scopeFaults(scoped) : {};
  const isEmpty = home === null && ends.size === 0 && !begins;
  const isShort = reason.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isEmpty || isShort || Object.keys(faults).length > 0) return;
    const begin = { roleKey: scoped.roleKey, siteId: scoped.where === 'site' ? (scoped.site?.value ?? null) : null, ...untilOf(scoped) };
    const { state, decisionId } = await send({ id: person.id, ...(home && { siteId: home.value }), ends: [...ends], begins: begins ? [begin] : [], ...(at !== null && { at }), handTo: to?.value ?? null, reason: reason.trim() });
    announce(t(state === 'waiting' ? 'move.proposed' : 'move.done', { name }));
    if (state === 'moved' || decisionId === null) onClose();
    else setOutcome({ decisionId, state });
  };
  const flip = (id: string): void => setEnds(ends.has(id) ? new Set([...ends].filter((one) => one !== id)) : new Set([...ends, id]));
  const title = t('move.of', { name });
  if (outcome) return <Dialog title={title} onClose={onClose} actions={<Button look="filled" onClick={onClose}>{t('leaving.close')}</Button>}><DecisionOutcome {...outcome} /></Dialog>;
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('move.do')}</Button><Button onClick={onClose}>{people('people.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail ?? (isTried && isEmpty ? t('move.nothing') : undefined)} />
      <p className="t2">{t('move.what')}</p>
      <SitePicker label={t('move.home')} help={t('move.home.help', { site: person.site ?? t('move.home.none') })} value={home} onValue={setHome} error={problem?.of('/siteId')} />
      <div className={css.part}>
        <b className="strong">{t('move.ends')}</b>
        <Asked reading={grants}>{(held) => (held.length === 0 ? <p className="t2">{t('move.ends.none', { name })}</p> : <>{held.map((grant) => <CheckField key={grant.id} label={grant.role} isOn={ends.has(grant.id)} onValue={() => flip(grant.id)} />)}</>)}</Asked>
      </div>
      <CheckField label={t('move.begins')} isOn={begins} onValue={setBegins} />
      {begins && <Asked reading={roles}>{({ items }) => <ScopeFields roles={items} value={scoped} onValue={setScoped} faults={isTried ? faults : {}} roleFault={problem?.of('/roleKey')} untilFault={problem?.of('/until')} />}</Asked>}
      <MomentField label={t('move.at')} meaning="future" timeZone={readersZone()} value={at} onValue={setAt} empty={t('move.at.empty')} error={problem?.of('/at')} />
      <PersonPicker label={t('move.work')} help={t('move.work.help')} value={to} onValue={setTo} error={problem?.of('/handTo')} />
      <TextArea label={t('move.reason')} rows={2} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried && isShort ? t('move.reason.missing') : undefined)} />
    </Dialog>
  );
}
