/** Something that the command bar offers. */
export type Offer = { key: string; title: string; run: () => void; number?: string; note?: string; keyCap?: string; isWalled?: boolean; unavailable?: string };
export type Group = { title: string; offers: readonly Offer[] };

/** Whether each typed word begins a word of the title, in any order. */
export function isMeant(title: string, words: string): boolean {
  const parts = title.toLocaleLowerCase().split(/[\s,.\-/]+/u);
  return words.toLocaleLowerCase().split(/\s+/u).every((word) => parts.some((part) => part.startsWith(word)));
}

type Input = {
  words: string;
  commands: readonly Offer[];
  pages: readonly Offer[];
  found: readonly (Offer & { kind: string })[];
  titles: { commands: string; pages: string };
  kindTitle: (kind: string) => string;
};

/** What is offered for the typed words: verbs, records by kind, pages; groups without an offer are left out. */
export function grouped({ words, commands, pages, found, titles, kindTitle }: Input): Group[] {
  const fits = (offer: Offer): boolean => words === '' || isMeant(offer.title, words);
  const byKind = Map.groupBy(found, (offer) => offer.kind);
  return [
    { title: titles.commands, offers: commands.filter(fits) },
    ...[...byKind].map(([kind, offers]) => ({ title: kindTitle(kind), offers })),
    { title: titles.pages, offers: pages.filter(fits) },
  ].filter((group) => group.offers.length > 0);
}
