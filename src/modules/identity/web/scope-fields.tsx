import { SitePicker } from '#modules/sites/web/public.tsx';
import { readersZone } from '#platform/web/session.tsx';
import { ChoiceGroup, SelectField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import type { Role } from '../contract.ts';
import css from './grants.module.css';
import { t } from './messages.en.ts';
import { RoleRights } from './role-rights.tsx';

/** A role, where it holds and until when, as it is typed. */
export type Scoped = { roleKey: string; where: '' | 'organisation' | 'site'; site: Option | null; until: string | null };
export const UNSCOPED: Scoped = { roleKey: '', where: '', site: null, until: null };

export type ScopeFaults = { role?: string; where?: string; site?: string };

/** What is missing. */
export const scopeFaults = ({ roleKey, where, site }: Scoped): ScopeFaults => ({
  ...(roleKey === '' && { role: t('identity.role.missing') }),
  ...(where === '' && { where: t('identity.scope.missing') }),
  ...(where === 'site' && site === null && { site: t('identity.site.missing') }),
});

/** When it ends, where an end was chosen. */
export const untilOf = ({ until }: Scoped): { until?: string } => (until === null ? {} : { until });

type ScopeFieldsProps = { roles: readonly Role[]; value: Scoped; onValue: (value: Scoped) => void; faults: ScopeFaults; untilFault?: string | undefined; roleFault?: string | undefined };

/** Chooses a role, shows what it may do, and where and until when it holds. */
export function ScopeFields({ roles, value, onValue, faults, untilFault, roleFault }: ScopeFieldsProps) {
  const role = roles.find((one) => one.key === value.roleKey);
  const longest = role?.maxGrantDays ?? null;
  return (
    <>
      <SelectField label={t('identity.role')} placeholder="" value={value.roleKey} onValue={(roleKey) => onValue({ ...value, roleKey })} choices={roles.map((one) => ({ value: one.key, title: one.title }))} error={roleFault ?? faults.role} {...(role?.purpose && { help: role.purpose })} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      {role && <div className={css.may} tabIndex={0} role="region" aria-label={t('identity.may')}><RoleRights role={role} /></div>}
      <ChoiceGroup label={t('identity.scope')} value={value.where} onValue={(where) => onValue({ ...value, where: where as Scoped['where'] })} choices={[{ value: 'organisation', title: t('identity.scope.organisation') }, { value: 'site', title: t('identity.scope.site') }]} error={faults.where} />
      {value.where === 'site' && <SitePicker label={t('identity.site')} value={value.site} onValue={(site) => onValue({ ...value, site })} error={faults.site} />}
      <MomentField label={t('identity.until')} meaning="future" timeZone={readersZone()} value={value.until} onValue={(until) => onValue({ ...value, until })} error={untilFault} empty={longest === null ? t('identity.until.open') : t('identity.until.help', { n: longest })} />
    </>
  );
}
