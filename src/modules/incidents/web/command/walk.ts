/** One place of a tree that is walked by arrows. */
export type Place = { id: string; parentId: string | null };

/** Where an arrow leads in a tree whose places stand in the order in which they are drawn; null where it leads nowhere. */
export function stepIn(places: readonly Place[], from: string, key: string): string | null {
  const at = places.findIndex(({ id }) => id === from);
  const here = places[at];
  if (!here) return places[0]?.id ?? null;
  switch (key) {
    case 'ArrowDown': return places[at + 1]?.id ?? null;
    case 'ArrowUp': return places[at - 1]?.id ?? null;
    case 'ArrowLeft': return here.parentId;
    case 'ArrowRight': return places.find(({ parentId }) => parentId === here.id)?.id ?? null;
    case 'Home': return places[0]?.id ?? null;
    case 'End': return places.at(-1)?.id ?? null;
    default: return null;
  }
}
