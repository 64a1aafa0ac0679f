import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { AGES } from './figures.ts';

const Time = z.iso.datetime({ offset: true });
const Share = z.object({ n: z.number(), of: z.number(), share: z.number().nullable().describe('None where there is nothing to count') });
const KEYS = AGES.map(({ key }) => key);

export const Figures = z.object({
  definition: z.string().describe('Version of the definitions'), from: z.string(), cutOffAt: z.string(), isWhole: z.boolean().describe('False where there are more orders than are counted at once'), repeatDays: z.number(),
  repair: z.object({ n: z.number(), meanH: z.number().nullable(), medianH: z.number().nullable() }).describe('Hours from when the fault began to the fix, of orders fixed in the period'),
  firstTime: Share.describe('Of closed orders that were fixed in the period, those that never came back'),
  availability: z.object({ upMs: z.number(), serviceMs: z.number(), share: z.number().nullable() }).describe('Time in which devices in use were not told lost, of their time in service; silence that nobody told of is not in it'),
  backlog: z.array(z.object({ key: z.enum(KEYS), count: z.number() })).describe('Open now, by how long ago it was raised'),
  repeats: z.array(z.object({ deviceId: z.uuid(), device: z.string().nullable(), faultCode: z.string(), count: z.number(), orderIds: z.array(z.uuid()) })).describe('The same fault of the same device within so many days of the fix before'),
  costs: z.array(z.object({ deviceId: z.uuid(), device: z.string().nullable(), currency: z.string(), minor: z.number() })).describe('Parts per device of what was fixed in the period'),
});
export type Figures = z.infer<typeof Figures>;

export const readFigures = endpoint({
  method: 'GET', path: '/figures', summary: 'Time to repair, first-time fix, repeat faults, availability, backlog and cost, over what I may see', permission: 'workorders:read',
  query: z.strictObject({ from: Time.optional().describe('90 days before the end where not said'), to: Time.optional(), under: z.uuid().optional() }), reply: Figures,
});
