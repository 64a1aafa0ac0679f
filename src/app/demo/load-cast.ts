import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { findAccount, setup } from '#modules/identity/accounts.service.ts';
import { grantRole, listGrants } from '#modules/identity/grants.service.ts';
import { addPerson, changePerson, listPeople } from '#modules/people/people.service.ts';
import { addSources, listSources } from '#modules/signals/sources.service.ts';
import { takeSites } from '#modules/sites/import.service.ts';
import type { Given } from '#platform/imports/port.ts';
import { listSites } from '#modules/sites/sites.service.ts';
import { demo } from './content.ts';
import type { DemoPlan, PlanPerson, PlanSite } from './plan.ts';
import { newPassword } from '../new-password.ts';
import { keepSignIns } from './sign-ins.ts';

/** Who and what plays: people by their key in the plan, sites by code, sources by account. */
export type Cast = { people: ReadonlyMap<string, Ctx>; sites: ReadonlyMap<string, string>; sources: ReadonlyMap<string, { id: string; name: string; siteId: string | null }> };

const ADMINISTRATOR = 'system-administrator';
const AT_ONCE = 8;
const MOST = 200;

/** Does the work for each, a few at once, in any order. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  }));
}

export const administratorOf = (people: readonly PlanPerson[]): PlanPerson => {
  const found = people.find((person) => person.grants.some((grant) => grant.role === ADMINISTRATOR));
  if (!found) throw new RangeError('Nobody administers the demonstration.');
  return found;
};

/** Writes the sign-ins of this installation and founds the organisation with its administrator, at the plan's moment. */
export async function found(db: Database, plan: Pick<DemoPlan, 'people' | 'company' | 'now'>, dataDir: string): Promise<void> {
  const now = (): Date => new Date(plan.now);
  const { name, email } = administratorOf(plan.people);
  const password = signInsOf(plan, dataDir).get(email) ?? newPassword();
  await setup(await actAs(db, SERVICE.frontDoor, now, 'demonstration'), { organisation: plan.company.name, name, email, password, isDemo: true });
}

function signInsOf({ people }: Pick<DemoPlan, 'people'>, dataDir: string): Map<string, string> {
  const shown = demo.signIns.flatMap(({ person }) => people.filter((one) => one.key === person).map(({ email, title, signIn }) => ({ email, role: `${title}: ${signIn?.shows ?? ''}` })));
  return new Map(keepSignIns(dataDir, shown).map((signIn) => [signIn.email, signIn.password]));
}

/** Sites, people and sources, as the administrator would make them at that moment; what is there already stays. */
export async function makeCast(db: Database, plan: DemoPlan, { dataDir, at, isResumed }: { dataDir: string; at: Date; isResumed: boolean }): Promise<Cast> {
  const door = await actAs(db, SERVICE.frontDoor);
  const { personId } = await findAccount(door, administratorOf(plan.people).email);
  const admin = await actAs(db, personId, () => at, 'demonstration');
  const made = await takeSites(admin, plan.sites.map(rowOf), { source: '', byExternalId: async () => new Map() });
  const refused = made.find((one) => one.does === 'refused');
  if (refused) throw new RangeError(`The demonstration's site ${refused.label} is refused.`);
  const sites = new Map((await listSites(admin, { sort: 'code', limit: MOST })).items.map((site) => [site.code, site.id]));
  const ids = await makePeople({ admin, door: await actAs(db, SERVICE.frontDoor, () => at, 'demonstration') }, plan, { sites, dataDir, isResumed });
  const people = new Map<string, Ctx>();
  await eachOf([...ids], async ([key, id]) => void people.set(key, await actAs(db, id, undefined, 'demonstration')));
  return { people, sites, sources: await makeSources(admin, plan, sites) };
}

function rowOf(site: PlanSite, at: number): Given {
  const said = { code: site.code, name: site.name, kind: site.kind, parent: site.parentCode, time_zone: site.timeZone, country: site.country, city: site.city, address: site.address, latitude: site.latitude, longitude: site.longitude };
  const cells = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null && value !== '').map(([column, value]) => [column, String(value)]));
  return { n: at + 1, line: at + 2, cells, externalId: null, recordId: null };
}

type Place = { sites: ReadonlyMap<string, string>; dataDir: string; isResumed: boolean };

/** People as the administrator makes them; their roles are given by the machine's owner, who needs nobody beside them. */
async function makePeople({ admin, door }: { admin: Ctx; door: Ctx }, plan: DemoPlan, { sites, dataDir, isResumed }: Place): Promise<Map<string, string>> {
  const passwords = signInsOf(plan, dataDir);
  const there = new Map(isResumed ? (await listPeople(admin, { limit: MOST })).items.map((person) => [person.email, person.id]) : []);
  const administrator = administratorOf(plan.people);
  const ids = new Map([[administrator.key, admin.personId]]);
  await changePerson(admin, { id: admin.personId, ...factsOf(administrator, plan, sites) });
  await eachOf(plan.people.filter((person) => person !== administrator), async (person) => {
    const signIn = { email: person.email, password: passwords.get(person.email) ?? newPassword() };
    const id = there.get(person.email) ?? (await addPerson(admin, { name: person.name, ...factsOf(person, plan, sites), signIn })).id;
    ids.set(person.key, id);
    const held = isResumed ? new Set((await listGrants(admin, { personId: id, limit: MOST })).items.map((grant) => `${grant.roleKey} ${grant.siteId}`)) : new Set();
    for (const { role, siteCode, reason } of person.grants) {
      const siteId = siteCode === null ? null : (sites.get(siteCode) ?? null);
      if (!held.has(`${role} ${siteId}`)) await grantRole(door, { personId: id, roleKey: role, siteId, reason });
    }
  });
  return ids;
}

const factsOf = ({ title, email, siteCode }: PlanPerson, { company }: DemoPlan, sites: ReadonlyMap<string, string>) => ({ title, employer: company.name, email, siteId: sites.get(siteCode) ?? null });

async function makeSources(admin: Ctx, plan: DemoPlan, sites: ReadonlyMap<string, string>): Promise<Cast['sources']> {
  const there = new Set((await listSources(admin, { limit: MOST })).items.map((source) => source.account));
  const missing = plan.sources.filter((source) => !there.has(source.account)).map(({ siteCode, ...source }) => ({ ...source, siteId: sites.get(siteCode) ?? null }));
  if (missing.length > 0) await addSources(admin, { items: missing });
  return new Map((await listSources(admin, { limit: MOST })).items.map(({ account, id, name, siteId }) => [account, { id, name, siteId }]));
}
