import { type ReactNode, useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { type Option, Picker } from '#ui/picker.tsx';
import { findNames } from '../contract.ts';

type PersonPickerProps = { label: string; help?: ReactNode; error?: string | undefined; isOptional?: boolean; value: Option | null; onValue: (option: Option | null) => void };

/** Chooses an active person by name. */
export function PersonPicker(props: PersonPickerProps) {
  const [words, setWords] = useState('');
  const found = useRead('people', findNames, { q: words || undefined, limit: 30 });
  const options = (found.data?.items ?? []).filter((person) => person.name.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase())).map((person) => ({ value: person.id, title: person.name }));
  return <Picker {...props} options={options} onWords={setWords} isSearching={found.state === 'waiting'} />;
}
