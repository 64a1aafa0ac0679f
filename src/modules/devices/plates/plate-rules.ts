export const PLATE_FIELDS = ['make', 'model', 'serial', 'firmware'] as const;
export type PlateField = (typeof PLATE_FIELDS)[number];
/** What a device is called by its maker; empty is what nobody said. */
export type Plate = Record<PlateField, string>;

/** Which of them the device knows better than whoever types: an update or an exchange changes these. */
const OWN: readonly PlateField[] = ['serial', 'firmware'];

/** What the register takes over from the device's own word: number and firmware always, make and model where nobody wrote them or the device says others than before. What it does not say stays. */
export function takenOver(register: Plate, before: Plate | null, now: Plate): Partial<Plate> {
  const fields = PLATE_FIELDS.filter((field) => now[field] !== '' && now[field] !== register[field] && (OWN.includes(field) || register[field] === '' || (before !== null && before[field] !== now[field])));
  return Object.fromEntries(fields.map((field) => [field, now[field]]));
}

/** What the device says otherwise than when it was read before; nothing on the first time. */
export const changedIn = (before: Plate | null, now: Plate): PlateField[] => (before === null ? [] : PLATE_FIELDS.filter((field) => now[field] !== '' && before[field] !== '' && before[field] !== now[field]));
