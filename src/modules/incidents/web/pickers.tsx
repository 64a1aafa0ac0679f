import { useState } from 'react';
import { type Option, Picker } from '#ui/picker.tsx';
import type { Classification } from '../contract.ts';

type Given = { label: string; value: Option | null; onValue: (option: Option | null) => void; error?: string | undefined; isOptional?: boolean; help?: string };

/** One of the shipped types, found by its words or its family's. */
export function TypePicker({ classification, ...rest }: Given & { classification: Classification | undefined }) {
  const families = new Map(classification?.families.map(({ key, title }) => [key, title]));
  const [words, setWords] = useState('');
  const fits = (text: string): boolean => words.toLocaleLowerCase().split(/\s+/u).every((word) => text.toLocaleLowerCase().includes(word));
  const options = (classification?.types ?? [])
    .map(({ key, title, family }) => ({ value: key, title, note: families.get(family) ?? '' }))
    .filter(({ title, note }) => fits(`${title} ${note}`));
  return <Picker {...rest} options={options} onWords={setWords} isSearching={classification === undefined} />;
}

export const typeOption = (classification: Classification | undefined, key: string | null): Option | null => {
  const type = classification?.types.find((one) => one.key === key);
  return type ? { value: type.key, title: type.title } : null;
};
