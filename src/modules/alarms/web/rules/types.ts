import { useMemo } from 'react';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { type EventType, listTypes } from '#modules/signals/contract.ts';
import type { TitleOf } from './words.ts';

/** Every type of event, and the title of each; a reader without signals sees keys. */
export function useTypes(): { types: readonly EventType[]; titleOf: TitleOf } {
  const reading = useRead('signals', listTypes, {}, { isOn: useMay('signals:read') });
  return useMemo(() => {
    const types = reading.data?.items ?? [];
    const titles = new Map(types.map(({ key, title }) => [key, title]));
    return { types, titleOf: (type) => titles.get(type) ?? type };
  }, [reading.data]);
}
