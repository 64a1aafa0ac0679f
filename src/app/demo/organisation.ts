import { demo } from './content.ts';
import type { DemoSite } from './content.ts';
import { minuteIn } from './calendar.ts';
import { FLOOR } from './floor.ts';
import type { PlanGrant, PlanPerson, PlanSite, PlanSource } from './plan.ts';

/** Regions, sites and buildings, parents first. */
export function planSites(): PlanSite[] {
  const regions = demo.regions.map((region): PlanSite => ({ code: region.code, parentCode: null, name: region.name, kind: 'region', timeZone: region.timeZone, country: null, city: '', address: '', latitude: null, longitude: null }));
  const sites = demo.sites.map((site): PlanSite => ({ code: site.code, parentCode: site.region, name: site.name, kind: 'site', timeZone: site.timeZone, country: site.country, city: site.city, address: site.address, latitude: site.lat, longitude: site.lon }));
  const buildings = demo.sites.flatMap((site) =>
    site.buildings.map((name, i): PlanSite => ({ code: `${site.code}-${i + 1}`, parentCode: site.code, name, kind: 'building', timeZone: site.timeZone, country: site.country, city: site.city, address: '', latitude: null, longitude: null })),
  );
  const { code, name, above } = FLOOR;
  const floor = buildings.filter((building) => building.code === above).map((building): PlanSite => ({ ...building, code, parentCode: above, name, kind: 'floor' }));
  return [...regions, ...sites, ...buildings, ...floor];
}

/** Who works there, what they are granted and where. */
export function planPeople(): PlanPerson[] {
  const shows = new Map(demo.signIns.map((signIn) => [signIn.person, signIn.shows]));
  return demo.people.map(({ key, name, email, title, site, role, scope }) => {
    const grant: PlanGrant = { role, siteCode: scope === 'organisation' || scope === 'share' ? null : scope === 'own' ? site : scope, reason: 'Demonstration' };
    const shown = shows.get(key);
    return { key, name, email, title, siteCode: site, grants: [grant], signIn: shown === undefined ? null : { shows: shown } };
  });
}

/** One DC-09 account for each panel: two digits for the site, two for the panel. */
export const planSources = (): PlanSource[] => demo.sites.flatMap(panelsOf);

export function panelsOf(site: DemoSite): PlanSource[] {
  return Array.from({ length: site.devices.panels }, (_, i) => {
    const building = site.buildings[i % site.buildings.length] ?? site.name;
    return { protocol: 'dc09', account: `${site.accountPrefix}${String(i + 1).padStart(2, '0')}`, name: `${building} panel ${i + 1}`, siteCode: site.code };
  });
}

export function siteOf(code: string): DemoSite {
  const site = demo.sites.find((one) => one.code === code);
  if (!site) throw new RangeError(`The demonstration has no site ${code}.`);
  return site;
}

const CENTRES = { UTR: { timeZone: 'Europe/Amsterdam', early: 'p05', late: 'p06', night: 'p07', lead: 'p03' }, CMH: { timeZone: 'America/New_York', early: 'p08', late: 'p09', night: 'p10', lead: 'p04' } } as const;

/** The operator who is on shift for a site at that moment: early from 06:00, late from 14:00, night from 22:00 at their own centre. */
export function operatorFor(site: DemoSite, at: Date): string {
  const centre = CENTRES[site.centre];
  const hour = minuteIn(at, centre.timeZone) / 60;
  return hour >= 6 && hour < 14 ? centre.early : hour >= 14 && hour < 22 ? centre.late : centre.night;
}

/** The watch lead of a site's centre. */
export const leadFor = (site: DemoSite): string => CENTRES[site.centre].lead;

/** The name that a person of the plan has. */
export const nameOf = (key: string): string => demo.people.find((person) => person.key === key)?.name ?? key;
