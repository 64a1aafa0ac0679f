import { describe, expect, it } from 'vitest';
import { BREAK_GLASS, PERMISSIONS, ROLES, SEPARATION_OF_DUTY, TWO_PERSON_DECISIONS, brokenSeparation, roleOf } from './roles.ts';

const known = new Set(PERMISSIONS.map((permission) => permission.key));
const inForce = PERMISSIONS.filter((permission) => permission.since === '0.1').map((permission) => permission.key);
const roles = ROLES.map((role) => [role.key, role] as const);
const of = (kind: string) => ROLES.filter((role) => role.kind === kind);
const may = (role: string, permission: string): boolean => roleOf(role)?.permissions.includes(permission) ?? false;

/** The modules of house.md, and the services that have permissions of their own. */
const MODULES = new Set(
  'identity people sites devices signals procedures alarms tasks incidents notices exercises continuity credentials visitors workorders guards convergence entities exhibits cases threats liaison intelligence travel protection specialevents measures inspections risk design losses diligence strategy policy compliance training team vendors budget metrics desk directory deliver files ledger notify platform retention thread'.split(' '),
);
const V01 =
  'identity:read identity:grant identity:invite identity:sessions people:read people:write sites:read sites:write sites:import signals:read signals:sources signals:adopt signals:send alarms:read alarms:handle alarms:close alarms:mute alarms:supervise tasks:read tasks:write files:read files:write thread:read thread:write incidents:read incidents:declare incidents:write incidents:close incidents:wall ledger:read platform:system'.split(' ');

describe('the shipped roles', () => {
  it('are 31 of people, ten of services and eleven parts of a wall, each key once', () => {
    expect([of('human').length, of('service').length, of('part').length]).toEqual([31, 10, 11]);
    expect(new Set(ROLES.map((role) => role.key)).size).toBe(ROLES.length);
  });

  it.each(roles)('%s uses only permissions that exist, those in force apart from those of later', (_key, role) => {
    for (const atom of role.permissions) expect(inForce).toContain(atom);
    for (const atom of role.later) expect(known.has(atom) && !inForce.includes(atom)).toBe(true);
    expect(new Set([...role.permissions, ...role.later]).size).toBe(role.permissions.length + role.later.length);
  });

  it.each(roles)('%s may see what it may change', (_key, role) => {
    for (const noun of ['people', 'sites', 'tasks', 'files', 'thread', 'incidents']) if (role.permissions.includes(`${noun}:write`)) expect(role.permissions).toContain(`${noun}:read`);
    if (role.permissions.includes('signals:sources')) expect(role.permissions).toContain('signals:read');
    for (const verb of ['handle', 'close', 'supervise']) if (role.permissions.includes(`alarms:${verb}`)) expect(role.permissions).toContain('alarms:read');
  });

  it.each(roles)('%s breaks no static separation of duty', (key) => expect(brokenSeparation([key])).toEqual([]));

  it('are all in the names of modules', () => {
    for (const key of known) expect(MODULES).toContain(key.split(':')[0]);
  });

  it.each(V01)('%s is held by a person or a service', (permission) => expect(ROLES.some((role) => role.permissions.includes(permission))).toBe(true));

  it('leave to services what no person does', () => {
    for (const permission of ['signals:send', 'signals:map', 'alarms:raise', 'identity:authenticate', 'identity:found', 'identity:settle', 'platform:expire', 'metrics:freeze', 'directory:connect', 'directory:provision', 'convergence:tell'])
      expect(of('human').filter((role) => role.permissions.includes(permission))).toEqual([]);
  });
});

describe('who may what', () => {
  it('the system administrator runs the system and reads neither incidents nor alarms nor the ledger', () => {
    for (const permission of ['identity:grant', 'identity:sessions', 'platform:system', 'signals:sources']) expect(may('system-administrator', permission)).toBe(true);
    for (const permission of ['incidents:read', 'alarms:read', 'tasks:read', 'ledger:read', 'incidents:wall']) expect(may('system-administrator', permission)).toBe(false);
  });

  it('an operator handles and closes alarms and declares incidents, and grants nothing', () => {
    for (const permission of ['alarms:handle', 'alarms:close', 'incidents:declare', 'incidents:write']) expect(may('gsoc-operator', permission)).toBe(true);
    for (const permission of ['alarms:supervise', 'identity:grant', 'signals:sources', 'incidents:wall', 'ledger:read']) expect(may('gsoc-operator', permission)).toBe(false);
  });

  it('no role opens a wall: only its parts do, and a reader writes nothing', () => {
    expect(roleOf('wall-reader')?.permissions.filter((atom) => !atom.endsWith(':read'))).toEqual([]);
    for (const part of ['wall-lead', 'wall-custodian']) expect(may(part, 'incidents:wall')).toBe(true);
  });

  it('a grant has an end, except of an employee', () => {
    expect(of('human').filter((role) => role.maxGrantDays === null).map((role) => role.key)).toEqual(['employee']);
  });
});

describe('two people, separation and break-glass', () => {
  it('name permissions and roles that exist', () => {
    for (const decision of TWO_PERSON_DECISIONS) expect(known).toContain(decision.permission);
    for (const rule of SEPARATION_OF_DUTY) for (const atom of [...rule.left, ...rule.right]) expect(known).toContain(atom);
    for (const role of BREAK_GLASS.who) expect(roleOf(role)?.permissions).toContain(BREAK_GLASS.permission);
    expect([TWO_PERSON_DECISIONS.length, SEPARATION_OF_DUTY.length]).toEqual([29, 21]);
  });

  it('sees that a keeper of the system may not read its ledger', () => {
    expect(brokenSeparation(['system-administrator', 'auditor']).map((rule) => rule.key)).toContain('sod-17');
    expect(brokenSeparation(['gsoc-operator', 'officer'])).toEqual([]);
  });
});
