import { Tag } from '#ui/tag.tsx';
import type { Destination, Message } from '../contract.ts';
import { EVENT_KEYS, type EventKey } from '../rules.ts';
import { t } from './messages.en.ts';

const isKey = (event: string): event is EventKey => (EVENT_KEYS as readonly string[]).includes(event);

/** An event in words; one that is not shipped any more stays as it is. */
export const eventWords = (event: string): string => (isKey(event) ? t(`destinations.event.${event}`) : event === 'test' ? t('destinations.event.test') : event);

/** How a destination stands. */
export function StateTag({ destination: { state, failingSince } }: { destination: Destination }) {
  if (state === 'active' && failingSince !== null) return <Tag look="p2">{t('destinations.state.failing')}</Tag>;
  return <Tag look={({ active: 'ok', paused: 'p2', ended: 'plain' } as const)[state]}>{t(`destinations.state.${state}`)}</Tag>;
}

/** How a message stands. */
export const MessageTag = ({ state }: { state: Message['state'] }) => <Tag look={({ queued: 'act', delivered: 'ok', dead: 'p1', dropped: 'plain' } as const)[state]}>{t(`destinations.message.state.${state}`)}</Tag>;

/** Families as they are typed. */
export const readFamilies = (text: string): string[] => [...new Set(text.split(/[\s,]+/).map((word) => word.trim().toLowerCase()).filter(Boolean))];
