import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { isTimeZone, SITE_CODE, SITE_KINDS } from './rules.ts';

const ById = z.object({ id: z.uuid() });
const Code = z.string().trim().regex(SITE_CODE, 'Capitals, digits, and . _ - within; at most 32');
const Name = z.string().trim().min(1, 'Give it a name').max(120);
const Kind = z.enum(SITE_KINDS);
const TimeZone = z.string().max(64).refine(isTimeZone, 'Name a zone of the IANA database, such as Europe/Berlin');
const Country = z.string().regex(/^[A-Z]{2}$/, 'Two capitals of ISO 3166-1, such as NL');
const Latitude = z.number().min(-90).max(90);
const Longitude = z.number().min(-180).max(180);
const Line = z.string().trim().max(200);
const Reason = z.string().trim().min(3, 'Say why').max(400);

export const Site = z.object({
  id: z.uuid(),
  parentId: z.uuid().nullable(),
  above: z.array(z.string()).describe('Names of what stands above, from the top down'),
  code: z.string(),
  name: z.string(),
  kind: Kind,
  timeZone: z.string(),
  country: z.string().nullable(),
  city: z.string(),
  address: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  state: z.enum(['active', 'closed']),
  createdAt: z.string(),
  changedAt: z.string(),
  version: z.number(),
});
export type Site = z.infer<typeof Site>;

export const listSites = endpoint({
  method: 'GET', path: '/', summary: 'Sites that I may see, by name', permission: 'sites:read',
  query: z.object({
    state: z.enum(['active', 'closed']).optional(),
    kind: Kind.optional(),
    country: Country.optional(),
    under: z.uuid().optional().describe('Only this site and what stands below it'),
    q: z.string().trim().max(100).optional().describe('Words in code, name, city or address'),
    sort: z.enum(['name', 'code']).default('name'),
    after: z.string().max(2000).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(Site), next: z.string().nullable(), total: z.number() }),
});

export const TreeNode = z.object({ id: z.uuid(), parentId: z.uuid().nullable(), above: z.array(z.string()), code: z.string(), name: z.string(), kind: Kind, timeZone: z.string(), state: z.enum(['active', 'closed']), children: z.number() });
export type TreeNode = z.infer<typeof TreeNode>;
export const siteTree = endpoint({
  method: 'GET', path: '/tree', summary: 'One level of the tree: what stands below a site, or the topmost sites that I may see', permission: 'sites:read',
  query: z.object({ below: z.uuid().optional(), state: z.enum(['active', 'closed']).optional(), after: z.string().max(2000).optional(), limit: z.coerce.number().int().min(1).max(200).default(200) }),
  reply: z.object({ items: z.array(TreeNode), next: z.string().nullable() }),
});

export const readSite = endpoint({ method: 'GET', path: '/:id', summary: 'One site', permission: 'sites:read', params: ById, reply: Site });

export const addSite = endpoint({
  method: 'POST', path: '/', summary: 'Add a site', permission: 'sites:write', status: 201,
  body: z.object({
    code: Code, name: Name, kind: Kind, parentId: z.uuid().nullable().default(null),
    timeZone: TimeZone.optional().describe('The one of the site above where it is not said'),
    country: Country.nullable().optional().describe('The one of the site above where it is not said'), city: Line.default(''), address: Line.default(''),
    latitude: Latitude.nullable().default(null), longitude: Longitude.nullable().default(null),
  }),
  reply: Site,
});

export const changeSite = endpoint({
  method: 'PATCH', path: '/:id', summary: 'Change what is known of a site, or where it stands; If-Match guards against a change by another', permission: 'sites:write', params: ById,
  body: z.object({
    code: Code.optional(), name: Name.optional(), kind: Kind.optional(), parentId: z.uuid().nullable().optional(), timeZone: TimeZone.optional(),
    country: Country.nullable().optional(), city: Line.optional(), address: Line.optional(), latitude: Latitude.nullable().optional(), longitude: Longitude.nullable().optional(),
  }),
  reply: Site,
});
export const closeSite = endpoint({ method: 'POST', path: '/:id/close', summary: 'Close a site under which nothing is active', permission: 'sites:write', params: ById, body: z.object({ reason: Reason }), reply: Site });
export const reopenSite = endpoint({ method: 'POST', path: '/:id/reopen', summary: 'Open a closed site again', permission: 'sites:write', params: ById, body: z.object({ reason: Reason }), reply: Site });

export const exportSites = endpoint({ method: 'GET', path: '/export', summary: 'The sites that I may see as CSV, as import reads it', permission: 'sites:read', reply: null });
