import { listRoles } from '#modules/identity/contract.ts';
import { useRead } from '#platform/web/query.ts';
import { SelectField } from '#ui/field.tsx';
import { t } from './messages.en.ts';

/** Chooses a role of people. */
export function RolePicker({ value, onValue }: { value: string; onValue: (key: string) => void }) {
  const roles = useRead('identity', listRoles, {});
  return <SelectField label={t('notices.field.roles')} isOptional value={value} onValue={onValue} choices={[{ value: '', title: t('notices.field.roles.none') }, ...(roles.data?.items ?? []).map(({ key, title }) => ({ value: key, title }))]} />;
}
