import type { Alarm } from '../contract.ts';

/** What a person may do with an alarm. */
export const VERBS = ['claim', 'acknowledge', 'close', 'take-over', 'unshelve', 'release', 'return', 'shelve', 'declare'] as const;
export type Verb = (typeof VERBS)[number];

/** What the reader's grants allow somewhere; the server decides for the alarm's site. */
export type Rights = { readonly handle: boolean; readonly close: boolean; readonly supervise: boolean; readonly declare: boolean };

type Handled = Pick<Alarm, 'handling' | 'isActive' | 'ownerId' | 'type' | 'priority' | 'incidentId'>;

/** Duress and fire of the two upper priorities: never shelved, and not closed without a word while they go on. The server knows every other case. */
export const isVital = ({ type, priority }: Pick<Handled, 'type' | 'priority'>): boolean => /^(?:duress|fire)\./.test(type) && priority <= 2;

/** Every verb that the reader could do to the alarm as it stands. */
export function verbsFor(alarm: Handled, me: string, rights: Rights): ReadonlySet<Verb> {
  const isInHand = alarm.handling === 'unacknowledged' || alarm.handling === 'acknowledged';
  const isMine = alarm.ownerId === me;
  const isFree = alarm.ownerId === null;
  const may: Record<Verb, boolean> = {
    claim: rights.handle && isFree && alarm.handling === 'unacknowledged',
    acknowledge: rights.handle && (isFree || isMine) && alarm.handling === 'unacknowledged',
    close: rights.close && (isFree || isMine || rights.supervise) && alarm.handling === 'acknowledged',
    'take-over': rights.handle && isInHand && !isFree && !isMine,
    release: rights.handle && isInHand && isMine,
    return: rights.handle && alarm.handling !== 'closed' && alarm.isActive && (isFree || isMine || rights.supervise),
    shelve: rights.supervise && isInHand && !isVital(alarm),
    unshelve: rights.supervise && alarm.handling === 'shelved',
    declare: rights.declare && alarm.incidentId === null,
  };
  return new Set(VERBS.filter((verb) => may[verb]));
}

/** The one next action, which the screen draws filled: claim, acknowledge, close; or to bring a shelved one back. */
export function nextStep(alarm: Handled, me: string, rights: Rights): Verb | null {
  const may = verbsFor(alarm, me, rights);
  const isMine = alarm.ownerId === me;
  if (may.has('claim')) return 'claim';
  if (isMine && may.has('acknowledge')) return 'acknowledge';
  if (isMine && may.has('close')) return 'close';
  return may.has('unshelve') ? 'unshelve' : null;
}
