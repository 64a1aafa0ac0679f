import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { ChoiceGroup, FaultSummary, SelectField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import type { Option } from '#ui/picker.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { beginSeeAs, listRoles, type Role } from '../../contract.ts';
import { lookAnew } from './look-anew.ts';
import { t } from './messages.en.ts';
import css from './see-as.module.css';

const MINUTES = [15, 30, 60];

export default function SeeAsPage() {
  const roles = useRead('identity', listRoles, { for: 'person' });
  useWhere({ title: t('see-as') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('see-as')}</h1>
      <Panel title={t('see-as.form')}><Asked reading={roles}>{({ items }) => <SeeAsForm roles={items} />}</Asked></Panel>
    </div>
  );
}

type Whom = { kind: 'role' | 'person'; roleKey: string; where: 'organisation' | 'site'; site: Option | null; person: Option | null };

const faultsOf = ({ kind, roleKey, where, site, person }: Whom): { roleKey?: string; siteId?: string; personId?: string } =>
  kind === 'person' ? (person === null ? { personId: t('see-as.person.missing') } : {})
    : { ...(roleKey === '' && { roleKey: t('see-as.role.missing') }), ...(where === 'site' && site === null && { siteId: t('see-as.site.missing') }) };

/** What the server is asked: one role with its place, or one person. */
const askOf = ({ kind, roleKey, where, site, person }: Whom) => (kind === 'person' ? { personId: person?.value } : { roleKey, siteId: where === 'site' ? (site?.value ?? null) : null });

function SeeAsForm({ roles }: { roles: readonly Role[] }) {
  const { send, isBusy, problem } = useSend('identity', beginSeeAs);
  const mayPerson = useMay('identity:read');
  const [whom, setWhom] = useState<Whom>({ kind: 'role', roleKey: '', where: 'organisation', site: null, person: null });
  const [minutes, setMinutes] = useState('30');
  const [isTried, setTried] = useState(false);
  const faults = faultsOf(whom);
  const fault = (field: keyof typeof faults): string | undefined => problem?.of(`/${field}`) ?? (isTried ? faults[field] : undefined);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(faults).length > 0) return;
    await send({ ...askOf(whom), minutes: Number(minutes) });
    lookAnew();
  };
  return (
    <Form className={css.form} onSubmit={() => void submit().catch(() => undefined)} aria-label={t('see-as.form')}>
      <p className="t2">{t('see-as.what')}</p>
      <FaultSummary faults={[]} detail={problem && problem.errors.length === 0 ? problem.detail : undefined} />
      {mayPerson && <ChoiceGroup label={t('see-as.whom')} value={whom.kind} onValue={(kind) => setWhom({ ...whom, kind: kind as Whom['kind'] })} choices={[{ value: 'role', title: t('see-as.whom.role') }, { value: 'person', title: t('see-as.whom.person') }]} />}
      {whom.kind === 'person' ? <PersonPicker label={t('see-as.person')} value={whom.person} onValue={(person) => setWhom({ ...whom, person })} error={fault('personId')} /> : (
        <>
          <SelectField label={t('see-as.role')} placeholder="" value={whom.roleKey} onValue={(roleKey) => setWhom({ ...whom, roleKey })} choices={roles.map(({ key, title }) => ({ value: key, title }))} error={fault('roleKey')} />
          <ChoiceGroup label={t('see-as.where')} value={whom.where} onValue={(where) => setWhom({ ...whom, where: where as Whom['where'] })} choices={[{ value: 'organisation', title: t('see-as.where.organisation') }, { value: 'site', title: t('see-as.where.site') }]} />
          {whom.where === 'site' && <SitePicker label={t('see-as.site')} value={whom.site} onValue={(site) => setWhom({ ...whom, site })} error={fault('siteId')} />}
        </>
      )}
      <SelectField label={t('see-as.minutes')} value={minutes} onValue={setMinutes} choices={MINUTES.map((n) => ({ value: String(n), title: t('see-as.minutes.of', { n }) }))} />
      <div className="row"><Button type="submit" look="filled" isBusy={isBusy}>{t('see-as.begin')}</Button></div>
    </Form>
  );
}
