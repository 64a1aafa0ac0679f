import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { CheckField, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { t } from './messages.en.ts';

export type Who = { personId?: string; name?: string; agency?: string };

/** A person of the house, or somebody of another organisation by name; null while neither stands there. */
export function useWho(): { who: Who | null; field: (error?: string) => React.ReactNode } {
  const [person, setPerson] = useState<Option | null>(null);
  const [isOutside, setOutside] = useState(false);
  const [name, setName] = useState('');
  const [agency, setAgency] = useState('');
  const who = isOutside ? (name.trim() === '' ? null : { name: name.trim(), agency: agency.trim() }) : person ? { personId: person.value } : null;
  const field = (error?: string): React.ReactNode => (
    <>
      {!isOutside && <PersonPicker label={t('command.person')} value={person} onValue={setPerson} error={error} />}
      {isOutside && <TextField label={t('command.name')} value={name} onValue={setName} maxLength={120} autoComplete="off" error={error} />}
      {isOutside && <TextField label={t('command.agency')} isOptional value={agency} onValue={setAgency} maxLength={120} autoComplete="off" />}
      <CheckField label={t('command.outside')} isOn={isOutside} onValue={setOutside} />
    </>
  );
  return { who, field };
}
