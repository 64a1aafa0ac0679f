import { incidentTypeOf } from '../classification.ts';
import { doctrine, kindOf, type PositionKind } from '../command-rules.ts';

export type Start = { kind: PositionKind; title: string; under: PositionKind | null };

/** The level that a type asks for, at least the first: who activates a command wants one. */
export const levelFor = (typeKey: string | null): number => Math.max(1, (typeKey ? incidentTypeOf(typeKey)?.defaultIcsLevel : null) ?? 1);

/** The positions that a command of this level starts with for this type, parents before children, none twice. */
export function startsWith(typeKey: string | null, level: number): Start[] {
  const family = typeKey ? incidentTypeOf(typeKey)?.family : undefined;
  const basic = (doctrine.levels.find((one) => one.level === level)?.positions ?? []).map((kind) => ({ kind }));
  const more = family === undefined ? [] : doctrine.starts.filter(({ families, fromLevel }) => families.includes(family) && level >= fromLevel).flatMap(({ positions }) => positions);
  const starts: Start[] = [];
  for (const wish of [...basic, ...more] as { kind: PositionKind; title?: string; under?: PositionKind }[]) {
    const title = wish.title ?? kindOf(wish.kind)?.title ?? wish.kind;
    if (!starts.some((start) => start.title === title)) starts.push({ kind: wish.kind, title, under: wish.kind === 'commander' ? null : (wish.under ?? kindOf(wish.kind)?.under[0] ?? 'commander') });
  }
  return starts;
}
