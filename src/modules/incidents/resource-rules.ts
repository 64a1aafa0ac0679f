/** The states of a resource, in their order: each is a column of the board. */
export const RESOURCE_STATES = ['requested', 'ordered', 'en-route', 'checked-in', 'staged', 'assigned', 'out-of-service', 'demob-pending', 'released'] as const;
export type ResourceState = (typeof RESOURCE_STATES)[number];

/** What moves a resource: from which states, and into which. */
export const RESOURCE_MOVES = {
  order: { from: ['requested'], to: 'ordered' },
  send: { from: ['requested', 'ordered'], to: 'en-route' },
  'check-in': { from: ['requested', 'ordered', 'en-route'], to: 'checked-in' },
  stage: { from: ['checked-in', 'assigned', 'out-of-service'], to: 'staged' },
  assign: { from: ['checked-in', 'staged', 'assigned'], to: 'assigned' },
  'out-of-service': { from: ['checked-in', 'staged', 'assigned'], to: 'out-of-service' },
  'plan-release': { from: ['checked-in', 'staged', 'assigned', 'out-of-service'], to: 'demob-pending' },
  release: { from: ['demob-pending'], to: 'released' },
} as const satisfies Record<string, { from: readonly ResourceState[]; to: ResourceState }>;
export type ResourceVerb = keyof typeof RESOURCE_MOVES;
export const RESOURCE_VERBS = Object.keys(RESOURCE_MOVES) as readonly ResourceVerb[];

/** Before it has come it may be struck; afterwards it is released. */
export const STRIKABLE: readonly ResourceState[] = ['requested', 'ordered', 'en-route'];

export const mayMove = (verb: ResourceVerb, state: ResourceState): boolean => (RESOURCE_MOVES[verb].from as readonly ResourceState[]).includes(state);

/** The verbs that a card in this state takes. */
export const verbsFrom = (state: ResourceState): readonly ResourceVerb[] => RESOURCE_VERBS.filter((verb) => mayMove(verb, state));

/** The verb that brings a card of this state into that column; null where none does. A card in its own column takes none, but for a new assignment. */
export const verbInto = (state: ResourceState, column: ResourceState): ResourceVerb | null => (state === column ? null : (verbsFrom(state).find((verb) => RESOURCE_MOVES[verb].to === column) ?? null));

const ON_SCENE: readonly ResourceState[] = ['checked-in', 'staged', 'assigned', 'out-of-service', 'demob-pending'];
const AVAILABLE: readonly ResourceState[] = ['checked-in', 'staged'];
const AWAITED: readonly ResourceState[] = ['requested', 'ordered', 'en-route'];

export type ResourceCounts = Record<'onScene' | 'available' | 'assigned' | 'awaited' | 'personsOnScene', number>;

/**
 * Counts of a board; struck cards are left to the caller to leave out. On scene is what has checked in and is not released;
 * available is on scene, without work and in service; awaited is asked for and not come; persons are those of what is on scene.
 */
export function countResources(cards: readonly { state: ResourceState; persons: number }[]): ResourceCounts {
  const among = (states: readonly ResourceState[]) => cards.filter(({ state }) => states.includes(state));
  const onScene = among(ON_SCENE);
  return { onScene: onScene.length, available: among(AVAILABLE).length, assigned: among(['assigned']).length, awaited: among(AWAITED).length, personsOnScene: onScene.reduce((sum, { persons }) => sum + persons, 0) };
}
