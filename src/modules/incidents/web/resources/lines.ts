import type { Resource } from '../../resource-contract.ts';
import { RESOURCE_STATES, type ResourceState } from '../../resource-rules.ts';
import type { Held } from '#ui/still.ts';

export type Column = { state: ResourceState; cards: readonly Held<Resource>[] };

/** A card as it stands in its column: moved elsewhere it is another line, so that a held board keeps it where it stood. */
export const lineOf = (card: Resource): string => `${card.id} ${card.state}`;

/** The columns of the board, each with its cards, who came into the state first at the top. */
export const columnsOf = (held: readonly Held<Resource>[]): readonly Column[] => {
  const by = Map.groupBy(held, ({ row }) => row.state);
  return RESOURCE_STATES.map((state) => ({ state, cards: (by.get(state) ?? []).toSorted((a, b) => a.row.stateAt.localeCompare(b.row.stateAt) || a.row.seq - b.row.seq) }));
};

/** The state of the nearest column in that direction into which a card may be moved; null where there is none. */
export function nextColumn(state: ResourceState, step: 1 | -1, into: (column: ResourceState) => boolean): ResourceState | null {
  for (let at = RESOURCE_STATES.indexOf(state) + step; at >= 0 && at < RESOURCE_STATES.length; at += step) {
    const column = RESOURCE_STATES[at];
    if (column !== undefined && into(column)) return column;
  }
  return null;
}
