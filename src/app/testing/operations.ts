import { aProcedure } from '#modules/procedures/testing.ts';
import { z } from 'zod';
import type { Endpoint } from '#platform/kernel/contract.ts';
import type { Module } from '#platform/kernel/http.ts';

/** One operation of the surface. `path` begins with `/api/` and has its parameters as `:id`; `key` is method and path. */
export type Operation = { key: string; module: string; method: Endpoint['method']; path: string; endpoint: Endpoint };

/** Every operation of every module. */
export const operationsOf = (modules: readonly Module[]): Operation[] =>
  modules.flatMap((module) => (module.routes ?? []).map(({ endpoint }) => {
    const path = `/api/${module.name}${endpoint.path === '/' ? '' : endpoint.path}`;
    return { key: `${endpoint.method} ${path}`, module: module.name, method: endpoint.method, path, endpoint };
  }));

/** Values by field name, or by `METHOD /path field` where one operation needs its own. */
export type Given = Readonly<Record<string, unknown>>;

type Def = {
  type: string; format?: string; innerType?: z.ZodType; in?: z.ZodType; out?: z.ZodType; element?: z.ZodType; items?: readonly z.ZodType[]; options?: readonly z.ZodType[]; entries?: Record<string, string>; values?: readonly unknown[];
  shape?: Record<string, z.ZodType>; catchall?: z.ZodType; valueType?: z.ZodType; checks?: readonly { _zod: { def: { check: string; format?: string; minimum?: number; maximum?: number; value?: number } } }[];
};
export const defOf = (schema: z.ZodType): Def => schema._zod.def as unknown as Def;

/** The schema under optional, nullable, default and pipes. */
export function coreOf(schema: z.ZodType): z.ZodType {
  const { type, innerType, in: into, out } = defOf(schema);
  if (innerType) return coreOf(innerType);
  if (type === 'pipe' && into && out) return coreOf(defOf(into).type === 'transform' ? out : into);
  return schema;
}

/** May the field be left out? */
export const isOptional = (schema: z.ZodType): boolean => schema.safeParse(undefined).success;

/** Fields of an object schema, of the first of a union's options where there are several; none for what is no object. */
export function shapeOf(schema: z.ZodType | undefined): Record<string, z.ZodType> {
  if (!schema) return {};
  const core = coreOf(schema);
  const { options, shape } = defOf(core);
  return options?.[0] ? shapeOf(options[0]) : (shape ?? {});
}

/** Values for the fields whose form no schema tells a machine. */
const FIELDS: Given = {
  'POST /api/incidents/rates validFrom': '2026-11-01T00:00:00Z', 'POST /api/incidents/:id/costs kind': 'service', 'POST /api/incidents/:id/costs amountMinor': 100,
  capability: 'alerting', 'POST /api/incidents/:id/review/observations cause': 'communication-late', 'PUT /api/incidents/:id/review/observations/:rowId cause': 'communication-late', 'PATCH /api/incidents/:id/review ratings': { alerting: 'P' },
  'POST /api/cases type': 'cargo', 'POST /api/cases/:id/allegations type': 'cargo', 'POST /api/cases/reports/:id/take type': 'cargo', 'POST /api/cases/report/open code': 'A'.repeat(27), 'POST /api/cases/report/say code': 'A'.repeat(27), 'POST /api/cases/:id/people name': 'A witness', 'PATCH /api/cases/:id type': 'cargo', 'POST /api/files/uploads name': 'camera.mp4', sha256: '0'.repeat(64), offset: 0,
  account: '00AB12', code: 'CODE-1', currency: 'EUR', phone: '+31 30 123 4567', timeZone: 'Europe/Berlin', country: 'NL', password: 'correct horse battery', next: 'correct horse battery staple',
  reviewOn: '2027-11-01', type: 'trespass', disposition: 'no-finding', csv: 'code,name,kind,parent,time_zone\nIMP-1,Import,site,,Europe/Berlin\n', until: '2027-11-01T12:00:00Z', range: '10.20.0.0/16',
  definition: { kind: 'threshold', types: ['access.denied-rights'], count: 5, withinS: 600, place: 'point', result: 'access.denied-repeated', priority: null },
  'PUT /api/notify/ladders class': 'alarms.not-taken', 'PUT /api/notify/ladders steps': [{ role: 'gsoc-supervisor', withinS: 300 }], 'PUT /api/notify/preferences classes': [{ class: 'notify.test', channels: [] }],
  'POST /api/retention/schedules class': 'incidents', 'POST /api/retention/schedules purpose': 'claims', 'POST /api/retention/runs classes': ['jobs'], askedOn: '2026-11-01',
  'POST /api/procedures content': aProcedure(), 'POST /api/procedures/check content': aProcedure(), 'POST /api/procedures/import text': JSON.stringify(aProcedure()),
  'POST /api/signals/sources/:id/activate-mapping mappingId': null, 'PUT /api/signals/sources/:id/signature signature': null,
  'POST /api/alarms/rationales/suppress endsAt': new Date(Date.now() + 86_400_000).toISOString(), 'POST /api/alarms/on-test endsAt': new Date(Date.now() + 86_400_000).toISOString(), 'POST /api/alarms/on-test/:id/extend endsAt': new Date(Date.now() + 86_400_000).toISOString(),
  'POST /api/metrics/targets key': 'alarms.claim-median', validFrom: '2027-01-04',
  'POST /api/risk/assets place': null, leastInterruption: 0.8, testedOn: '2026-05-01',
  nextOn: '2099-06-30', startsOn: '2027-01-04', dueOn: '2035-01-04',
  'POST /api/notices/gateways address': 'https://sms.example/send', 'POST /api/notices/answer code': 'A'.repeat(22), 'POST /api/notices/answer/open code': 'A'.repeat(22), 'PUT /api/notices/templates key': 'test-words',
  'POST /api/convergence/destinations address': 'https://hooks.example/in',
  issuer: 'https://login.test.example', endpoint: 'https://push.example/send/1', url: 'https://hooks.example/in', p256dh: 'B'.repeat(87), auth: 'A'.repeat(22),
};

const WORDS = 'Said by a test that walks every operation. ';

function textFor(schema: z.ZodType, name: string): string {
  const { format, checks = [] } = defOf(schema);
  const limits = checks.map((check) => check._zod.def);
  if (format === 'uuid' || format === 'guid') return '01890000-0000-7000-8000-000000000000';
  if (format === 'email') return 'somebody@test.example';
  if (format === 'datetime') return '2026-11-20T12:00:00Z';
  if (format === 'base64' || format === 'base64url') return 'AAAA';
  if (limits.some((limit) => limit.check === 'string_format')) throw new Error(`No example of the field ${name}: its form is a pattern. Give one.`);
  const most = Math.min(...limits.filter(({ check }) => check === 'max_length').map(({ maximum = 40 }) => maximum), 40);
  return WORDS.slice(0, most).trim();
}

/** A valid value of a schema: what is given by name, else the least that it accepts; fields that may be left out are, unless given. Throws where it cannot make one. */
export function exampleOf(schema: z.ZodType, given: Given, operation: string, name = ''): unknown {
  for (const values of name === '' ? [] : [given, FIELDS]) {
    const key = [`${operation} ${name}`, name].find((one) => one in values);
    if (key !== undefined) return values[key];
  }
  const core = coreOf(schema);
  const { type, entries, values, options, element, items, shape, checks = [] } = defOf(core);
  switch (type) {
    case 'string': return textFor(core, `${operation} ${name}`);
    case 'number': return Math.max(1, ...checks.map(({ _zod: { def } }) => (def.check === 'greater_than' ? Number(def.value) : 1)).filter((least) => least > Number.MIN_SAFE_INTEGER));
    case 'boolean': return true;
    case 'enum': return Object.values(entries ?? {})[0];
    case 'literal': return values?.[0];
    case 'union': return exampleOf(options?.[0] as z.ZodType, given, operation, name);
    case 'array': return Array.from({ length: Math.max(1, ...checks.map(({ _zod: { def } }) => (def.check === 'min_length' ? (def.minimum ?? 1) : 1))) }, () => exampleOf(element as z.ZodType, given, operation, name));
    case 'tuple': return (items ?? []).map((item) => exampleOf(item, given, operation, name));
    case 'record': case 'unknown': return {};
    case 'null': return null;
    case 'object': {
      const wanted = Object.entries(shape ?? {}).filter(([field, item]) => !isOptional(item) || field in given || `${operation} ${field}` in given);
      return Object.fromEntries(wanted.map(([field, item]) => [field, exampleOf(item, given, operation, field)]));
    }
    default: throw new Error(`No example of ${operation} ${name}: a schema of the type ${type}.`);
  }
}

/** The path with its parameters filled in, each from `given` by its name. */
export const urlOf = ({ path }: Operation, given: Given, query: Readonly<Record<string, unknown>> = {}): string => {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(given[name] ?? '')));
  const search = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (Array.isArray(value) ? value.map((one): [string, string] => [name, String(one)]) : [[name, String(value)] as [string, string]]))).toString();
  return search ? `${filled}?${search}` : filled;
};

