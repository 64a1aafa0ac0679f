import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { BANDS_MIN, CATEGORIES, KINDS, MOST_LEVEL, MOST_MIN } from './rules.ts';

const ById = z.strictObject({ id: z.uuid() });
const ByRow = z.strictObject({ id: z.uuid(), rowId: z.uuid() });
const Title = z.string().trim().min(1, 'Give it a name').max(200);
const Text = z.string().trim().max(4000);
const Reason = z.string().trim().min(3, 'Say why').max(1000);
const Minutes = z.int().min(0).max(MOST_MIN).nullable();
const Day = z.iso.date('Write a day like 2027-03-31');
const Levels = z.array(z.int().min(0).max(MOST_LEVEL)).length(BANDS_MIN.length);
const Impacts = z.strictObject(Object.fromEntries(CATEGORIES.map((key) => [key, Levels.optional()])) as Record<(typeof CATEGORIES)[number], z.ZodOptional<typeof Levels>>);
const Named = z.object({ id: z.uuid(), name: z.string() });

export const Gap = z.object({ kind: z.enum(['not-assessed', 'no-times', 'mtpd-too-long', 'slower', 'unknown', 'review-due']), name: z.string().describe('Of the dependency, where it is about one'), min: z.number().nullable() });
export const Process = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), timeZone: z.string().nullable(), owner: Named, state: z.enum(['active', 'retired']),
  mtpdMin: z.number().nullable().describe('Maximum tolerable period of disruption, in minutes'), rtoMin: z.number().nullable().describe('Recovery time objective, in minutes'), rpoMin: z.number().nullable().describe('Recovery point objective, in minutes'),
  reviewOn: z.string(), gaps: z.array(Gap).describe('What does not fit, the gravest first; of dependencies as far as the reader sees them'), version: z.number(),
});
export type Process = z.infer<typeof Process>;
export const Dependency = z.object({ id: z.uuid(), kind: z.enum(KINDS), name: z.string(), onProcessId: z.uuid().nullable(), onSiteId: z.uuid().nullable(), rtoMin: z.number().nullable(), note: z.string(), struckWhy: z.string() });
export type Dependency = z.infer<typeof Dependency>;
export const ProcessDetail = Process.extend({
  detail: z.string(), impacts: z.partialRecord(z.enum(CATEGORIES), z.array(z.number())).describe('0 to 4, after an hour, four hours, a day, three days, a week'), limitMin: z.number().nullable().describe('When the first impact becomes unacceptable, in minutes'), mbco: z.string(), reviewedAt: z.string().nullable(), reviewedBy: z.string().nullable(), retiredWhy: z.string(),
  dependencies: z.array(Dependency), neededBy: z.array(z.object({ id: z.uuid(), number: z.string(), title: z.string(), rtoMin: z.number().nullable() })),
});
export type ProcessDetail = z.infer<typeof ProcessDetail>;

const READ = 'continuity:read';
const WRITE = 'continuity:write';
export const listProcesses = endpoint({
  method: 'GET', path: '/processes', summary: 'Business processes that I may see, by name', permission: READ,
  query: z.strictObject({ state: z.enum(['active', 'retired']).default('active'), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(Process), next: z.string().nullable() }),
});
export const readProcess = endpoint({ method: 'GET', path: '/processes/:id', summary: 'One process with impact, recovery times, what it needs and what does not fit', permission: READ, params: ById, reply: ProcessDetail });
const facts = { title: Title, detail: Text, ownerId: z.uuid(), impacts: Impacts, mtpdMin: Minutes, rtoMin: Minutes, rpoMin: Minutes, mbco: Text, reviewOn: Day };
export const addProcess = endpoint({ method: 'POST', path: '/processes', summary: 'Add a business process', permission: WRITE, status: 201, body: z.strictObject({ title: Title, detail: Text.default(''), siteId: z.uuid().nullable().default(null), ownerId: z.uuid(), reviewOn: Day }), reply: ProcessDetail });
export const changeProcess = endpoint({ method: 'PATCH', path: '/processes/:id', summary: 'Change what is known of it, its impact and its times; If-Match guards against a change by another', permission: WRITE, params: ById, body: z.strictObject(facts).partial(), reply: ProcessDetail });
export const reviewProcess = endpoint({ method: 'POST', path: '/processes/:id/review', summary: 'Say that it was looked through and holds, until the next time', permission: WRITE, params: ById, body: z.strictObject({ nextOn: Day }), reply: ProcessDetail });
export const retireProcess = endpoint({ method: 'POST', path: '/processes/:id/retire', summary: 'Retire it, with the reason', permission: WRITE, params: ById, body: z.strictObject({ reason: Reason }), reply: ProcessDetail });
export const addDependency = endpoint({
  method: 'POST', path: '/processes/:id/dependencies', summary: 'Name what it needs: a process, a site, a system, a firm, people', permission: WRITE, params: ById, status: 201,
  body: z.strictObject({ kind: z.enum(KINDS), name: z.string().trim().max(200).default(''), onProcessId: z.uuid().nullable().default(null), onSiteId: z.uuid().nullable().default(null), rtoMin: Minutes.default(null), note: Text.default('') }), reply: ProcessDetail,
});
export const strikeDependency = endpoint({ method: 'POST', path: '/processes/:id/dependencies/:rowId/strike', summary: 'Strike a dependency, with the reason', permission: WRITE, params: ByRow, body: z.strictObject({ reason: Reason }), reply: ProcessDetail });
