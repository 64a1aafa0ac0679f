import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import shipped from './content/dispositions.json' with { type: 'json' };
import { causeOf, causes, causesFor, dispositionOf, dispositions, faultOf } from './dispositions.ts';

const CauseGroup = z.enum(['environment', 'equipment', 'people', 'process', 'design']);
const File = z.strictObject({
  version: z.iso.date(),
  dispositions: z.array(z.strictObject({ key: z.string(), title: z.string(), countsAsTrue: z.boolean(), cause: z.enum(['required', 'optional', 'none']), causeGroups: z.array(CauseGroup), also: z.enum(['handed-to', 'duplicate-of']).nullable() })),
  causes: z.array(z.strictObject({ key: z.string(), group: CauseGroup, title: z.string() })),
});

describe('dispositions and causes', () => {
  it('ship in the shape that the code reads', () => expect(File.safeParse(shipped).error).toBeUndefined());

  it('are twelve and fifty, each key once', () => {
    expect(new Set(dispositions.map((row) => row.key)).size).toBe(12);
    expect(new Set(causes.map((row) => row.key)).size).toBe(50);
  });

  it.each(dispositions.map((row) => [row.key, row] as const))('%s can be closed with each cause that is offered for it', (key, row) => {
    const offered = causesFor(row);
    expect(offered.length > 0).toBe(row.cause !== 'none');
    for (const cause of offered) expect(faultOf({ disposition: key, cause: cause.key })).toBeNull();
  });

  it.each(dispositions.filter((row) => row.cause === 'required').map((row) => [row.key] as const))('%s asks for its cause', (key) => expect(faultOf({ disposition: key })?.field).toBe('cause'));

  it('asks where it was handed, and of what it is the duplicate', () => {
    expect(faultOf({ disposition: 'handed-over' })?.field).toBe('handedTo');
    expect(faultOf({ disposition: 'handed-over', handedTo: 'INC-2026-00042' })).toBeNull();
    expect(faultOf({ disposition: 'duplicate' })?.field).toBe('duplicateOf');
    expect(faultOf({ disposition: 'duplicate', note: 'same door, panel two' })).toBeNull();
  });

  it('refuses what is not on the list', () => {
    expect(faultOf({ disposition: 'constructor' })?.field).toBe('disposition');
    expect(faultOf({ disposition: 'nuisance', cause: 'toString' })?.field).toBe('cause');
    expect(faultOf({ disposition: 'genuine', cause: 'wind' })?.field).toBe('cause');
    expect([dispositionOf('none'), causeOf('none')]).toEqual([null, null]);
  });
});
