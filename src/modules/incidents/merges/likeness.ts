/** What likeness is judged by. Times ISO. */
export type Likened = { readonly siteId: string | null; readonly typeKey: string | null; readonly occurredFrom: string };
export type Likeness = 'site' | 'type' | 'time' | 'device';

/** How far apart two records of one event begin at the most, to be offered at all. */
export const NEAR_MS = 48 * 3_600_000;
const AT_ONCE_MS = 2 * 3_600_000;

/** In what two incidents are alike. They are offered to each other where that is two things, or the device that spoke. */
export function likenessOf(one: Likened, other: Likened, isSameDevice: boolean): { alike: Likeness[]; apartMs: number; isOffered: boolean } {
  const apartMs = Math.abs(Date.parse(one.occurredFrom) - Date.parse(other.occurredFrom));
  const alike = ([
    ['device', isSameDevice], ['site', one.siteId !== null && one.siteId === other.siteId], ['type', one.typeKey !== null && one.typeKey === other.typeKey], ['time', apartMs <= AT_ONCE_MS],
  ] as const).flatMap(([key, is]) => (is ? [key] : []));
  return { alike, apartMs, isOffered: apartMs <= NEAR_MS && (alike.length >= 2 || isSameDevice) };
}
