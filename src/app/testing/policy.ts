import { ROLES } from '#modules/identity/roles.ts';
import type { Endpoint } from '#platform/kernel/contract.ts';

/** What decides who sees a record: its wall where it stands behind one, else its site; neither is the whole organisation's. */
export type Label = { site: string | null; wall: string | null };

/** Who asks, with what was granted to them. */
export type Holder = {
  state: 'active' | 'invited' | 'suspended' | 'leaver';
  grants: readonly { role: string; site: string | null; isInForce: boolean }[];
  parts: readonly { part: string; wall: string; isInForce: boolean }[];
};

const permissionsOfRole = new Map(ROLES.map(({ key, permissions }) => [key, new Set<string>(permissions)]));
const gives = (role: string, permission: string): boolean => permissionsOfRole.get(role)?.has(permission) === true;

/** Whether a role or part of theirs names the permission, in force or not. */
export const isNamed = ({ grants, parts }: Holder, permission: string): boolean => grants.some(({ role }) => gives(role, permission)) || parts.some(({ part }) => gives(part, permission));

/** The declared policy over a tree of sites: `covers(a, b)` says whether b is a or stands below it. */
export const policyOver = (covers: (top: string, site: string) => boolean) => {
  const holds = ({ grants, parts }: Holder, permission: string): boolean =>
    grants.some(({ role, isInForce }) => isInForce && gives(role, permission)) || parts.some(({ part, isInForce }) => isInForce && gives(part, permission));

  const may = ({ grants, parts }: Holder, permission: string, { site, wall }: Label): boolean =>
    wall === null
      ? grants.some((grant) => grant.isInForce && gives(grant.role, permission) && (grant.site === null || (site !== null && covers(grant.site, site))))
      : parts.some((one) => one.isInForce && one.wall === wall && gives(one.part, permission));

  return { holds, may };
};
export type Policy = ReturnType<typeof policyOver>;

/** The kinds of record that a path's parameter may name, and with which permission each is seen. */
export const READ_WITH = {
  alarm: 'alarms:read', incident: 'incidents:read', source: 'signals:read', signal: 'signals:read', site: 'sites:read', person: 'people:read', task: 'incidents:read', file: 'incidents:read', comment: 'incidents:read', link: 'incidents:read', decision: 'incidents:close', device: 'devices:read', workorder: 'workorders:read', plan: 'workorders:read', round: 'workorders:read', exercise: 'exercises:read', process: 'continuity:read', case: 'cases:read', report: 'cases:read', exhibit: 'exhibits:view',
} as const;

/** Settings of the organisation: who holds the permission anywhere sees them all; they are changed within the own reach. */
export const SEEN_WITH = { grant: 'identity:read', key: 'identity:sessions', allowance: 'platform:system', delivery: 'platform:system', provider: 'identity:sessions', directory: 'identity:sessions', rule: 'alarms:read' } as const;

export type Kind = keyof typeof READ_WITH | keyof typeof SEEN_WITH | 'session' | 'upload' | 'leaf';

const TARGETS: readonly [RegExp, Kind][] = [
  [/^\/api\/directory\/:id/, 'directory'],
  // Nobody here has gone on duty.
  [/^\/api\/alarms\/(?:shifts|hand-overs)\/:id/, 'upload'],
  [/^\/api\/alarms\/analyses\/:id/, 'upload'], [/^\/api\/alarms\/rules\/:id/, 'rule'], [/^\/api\/alarms\/:id/, 'alarm'], [/^\/api\/incidents\/:id/, 'incident'], [/^\/api\/signals\/sources\/:id/, 'source'], [/^\/api\/signals\/:id/, 'signal'], [/^\/api\/sites\/:id/, 'site'], [/^\/api\/devices\/:id/, 'device'], [/^\/api\/workorders\/plans\/:id/, 'plan'], [/^\/api\/workorders\/rounds\/:id/, 'round'], [/^\/api\/workorders\/:id/, 'workorder'], [/^\/api\/exercises\/:id/, 'exercise'], [/^\/api\/continuity\/processes\/:id/, 'process'], [/^\/api\/people\/:id/, 'person'],
  [/^\/api\/tasks\/:id/, 'task'], [/^\/api\/files\/uploads\/:id/, 'upload'], [/^\/api\/files\/:id/, 'file'], [/^\/api\/thread\/comments\/:id/, 'comment'], [/^\/api\/thread\/links\/:id/, 'link'], [/^\/api\/identity\/grants\/:id/, 'grant'], [/^\/api\/identity\/keys\/:id/, 'key'], [/^\/api\/identity\/(?:sessions|own-keys|links|factors\/passkeys)\/:id/, 'session'], [/^\/api\/identity\/providers\/:id/, 'provider'], [/^\/api\/ledger\/leaves\/:n/, 'leaf'], [/^\/api\/two-person\/:id/, 'decision'], [/^\/api\/identity\/(?:glass|walls\/entries)\/:id/, 'session'], [/^\/api\/net\/allowances\/:id/, 'allowance'],
  // One's own devices, webhooks and messages are found by nobody else, as sessions are.
  [/^\/api\/deliver\/(devices\/:id|webhooks\/:id|deliveries\/:id\/arrived)/, 'session'], [/^\/api\/notify\/notices\/:id/, 'session'], [/^\/api\/offline\/devices\/:id/, 'session'], [/^\/api\/imports\/:id/, 'session'], [/^\/api\/jobs\/:id/, 'session'], [/^\/api\/deliver\/deliveries\/:id/, 'delivery'],
  // Nobody here has made a run or placed a hold, nor begun a procedure; those that ship have ids of their own.
  [/^\/api\/procedures\/(?:runs\/)?:id/, 'upload'],
  // Nobody here has put anything on test, and nothing runs away.
  [/^\/api\/alarms\/(?:on-test|runaways)\/:id/, 'upload'],
  [/^\/api\/retention\/(runs|holds)\/:id/, 'upload'],
  // Nobody here has asked anything about themselves.
  [/^\/api\/subjects\/(requests|items|asks)\/:id/, 'upload'],
  // Nobody here has set what an hour costs.
  [/^\/api\/incidents\/rates\/:id/, 'upload'],
  // Nobody here has sent a notification or added a gateway; one's own are found by nobody else.
  [/^\/api\/notices\/(?:sent|gateways|musters)\/:id/, 'upload'], [/^\/api\/notices\/mine\/(?:musters\/)?:id/, 'session'],
  [/^\/api\/cases\/reports\/:id/, 'report'], [/^\/api\/cases\/:id/, 'case'],
  // Nobody here has added a place of the store, or closed a bundle.
  [/^\/api\/exhibits\/(?:places|bundles)\/:id/, 'upload'], [/^\/api\/exhibits\/:id/, 'exhibit'],
  // Nobody here has frozen figures, nor written a pack.
  [/^\/api\/metrics\/frozen\/:id/, 'upload'], [/^\/api\/desk\/packs\/:id/, 'upload'],
  // Nobody here has registered an asset, nor given figures of a floor.
  [/^\/api\/risk\/(?:assets|floors|scenarios)\/:id/, 'upload'],
  // Nobody here has added a destination.
  [/^\/api\/convergence\/destinations\/:id/, 'upload'],
];

/** What the path names; null where it names nothing. Throws where it names something of a kind that has no row here. */
export function targetOf({ path, key }: { path: string; key: string }): Kind | null {
  const found = TARGETS.find(([form]) => form.test(path));
  if (!found && path.includes(':')) throw new Error(`${key} names a record of a kind without a policy: give it a row.`);
  return found?.[1] ?? null;
}

/** What is to be expected of one cell. `refused` is 403; `allowed` is anything but 401, 403 and 404. */
export type Outcome = 'unknown' | 'refused' | 'hidden' | 'allowed';

/** With what else the label of a body must be seen: what something is hung on, and what is made and answered. */
const HANGS_ON: Readonly<Record<string, string>> = { 'tasks:write': READ_WITH.task, 'files:write': READ_WITH.file, 'thread:write': READ_WITH.comment, 'signals:sources': READ_WITH.source };

/** Every permission that an outcome of this operation hangs on. */
export function permissionsOf({ endpoint: { permission }, ...operation }: { endpoint: Endpoint; path: string; key: string }): string[] {
  const kind = targetOf(operation);
  const seen = kind === null ? undefined : { ...READ_WITH, ...SEEN_WITH, session: undefined, upload: undefined, leaf: undefined }[kind];
  return [permission, HANGS_ON[permission], seen].filter((one) => one !== undefined);
}

type Asked = { endpoint: Endpoint; kind: Kind | null; label: Label | null };

/** What the declared policy says of an operation on something with this label; without a label only the permission counts. */
export function outcomeOf({ holds, may }: Policy, who: Holder, { endpoint: { permission, method, path }, kind, label }: Asked): Outcome {
  if (permission === 'public') return 'allowed';
  if (who.state !== 'active') return 'unknown';
  if (kind === 'session') return 'hidden';
  // Seen by who may decide it; taken back by who proposed it only, who is nobody here.
  if (kind === 'decision' && label !== null) return !may(who, READ_WITH.decision, label) ? 'hidden' : path.endsWith('/withdraw') ? 'refused' : 'allowed';
  if (permission === 'signed-in') return 'allowed';
  if (!holds(who, permission)) return 'refused';
  // Nobody here has begun one, and only who did finds it.
  if (kind === 'upload') return 'hidden';
  // Settings of the system as a whole are changed by who keeps all of it.
  if (kind === null && (permission === 'alarms:rules' || permission === 'alarms:rationalise' || permission === 'platform:system' || permission === 'notify:ladders' || permission === 'notices:channels' || permission === 'notices:send-all' || permission === 'ledger:read' || permission === 'retention:run' || permission === 'retention:schedule' || permission === 'retention:erase') && method !== 'GET') return may(who, permission, { site: null, wall: null }) ? 'allowed' : 'refused';
  if (label === null || kind === 'leaf') return 'allowed';
  if (kind === null) return may(who, permission, label) && may(who, HANGS_ON[permission] ?? permission, label) ? 'allowed' : 'refused';
  const isSeen = kind in SEEN_WITH ? holds(who, SEEN_WITH[kind as keyof typeof SEEN_WITH]) : may(who, READ_WITH[kind as keyof typeof READ_WITH], label);
  if (!isSeen) return 'hidden';
  // Changed by its author only, who is nobody here.
  if (kind === 'comment' && method === 'PATCH') return 'refused';
  if (kind in SEEN_WITH && method === 'GET') return 'allowed';
  return may(who, permission, label) ? 'allowed' : (kind === 'task' && permission === 'tasks:read') || (kind === 'file' && permission === 'files:read') ? 'allowed' : 'refused';
}
