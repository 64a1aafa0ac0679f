import type { Given } from '#platform/imports/port.ts';
import type { DemoPlan, PlanSource } from './plan.ts';
import { WIRES } from './wires.ts';

const MOST_POINTS = 60;
const DAY_MS = 24 * 3_600_000;
const KINDS = { zone: ['detector', 'Detector'], door: ['reader', 'Reader at door'], device: ['controller', 'Module'] } as const;
const MAKE = 'Halden Testware (fictional)';

/** What one false alarm costs at the demonstration's company: an invented figure, said to be so. */
export const RECKONING = { falseAlarmMinor: 8_500, currency: 'EUR', basis: 'Invented for the demonstration: one officer for half an hour and a share of the call-out.' };

/** The firmware that the demonstration's models should have. */
export const MODELS = [{ make: MAKE, model: 'HX-Panel', wantedFirmware: '4.12.0', endOfLifeOn: null }, { make: MAKE, model: 'HX-Switch 24', wantedFirmware: '2.8', endOfLifeOn: null }];

/** The register of the demonstration as rows of a file: a switch at each site with panels, every panel, and the places that rang most in the year before. */
export function deviceRows({ sources, history, now }: DemoPlan): Given[] {
  const day = (days: number): string => new Date(Date.parse(now) + days * DAY_MS).toISOString().slice(0, 10);
  const sites = [...new Set(sources.map(({ siteCode }) => siteCode))];
  const switches = sites.map((site, i) => ({ site, code: `${site}-SW1`, name: `Switch 1, ${site}`, kind: 'switch', make: MAKE, model: 'HX-Switch 24', firmware: i % 3 === 0 ? '2.7' : '2.8', installed_on: day(-900 - i * 40), warranty_until: day(195 - i * 40), installer: 'Halden Works facilities' }));
  const panels = sources.map((source, i) => ({
    site: source.siteCode, code: `PNL-${source.account}`, name: source.name, kind: 'panel', make: MAKE, model: 'HX-Panel', serial: `HXP${source.account}${String(i).padStart(3, '0')}`, firmware: i % 5 === 0 ? '4.9.2' : '4.12.0',
    installed_on: day(-1400 + i * 13), certificate_until: day(i % 11 === 0 ? -6 : i % 7 === 0 ? 19 : 240 + i), end_of_life_on: day(1200 + i * 20), behind: `${source.siteCode}-SW1`, points: source.account,
  }));
  const [first] = sites;
  const vault = { site: first ?? '', code: `PNL-${WIRES.panel}`, name: 'Vault panel (encrypted)', kind: 'panel', make: MAKE, model: 'HX-Panel', serial: 'HXP1199900', firmware: '4.12.0', installed_on: day(-90), behind: `${first ?? ''}-SW1`, points: WIRES.panel };
  const places = busiest(history.alarms, sources).map(({ source, point }) => {
    const [means = 'zone', number = ''] = point.split(':');
    const [kind, word] = KINDS[means as keyof typeof KINDS];
    return { site: source.siteCode, code: `${source.account}-${means.charAt(0).toUpperCase()}${number}`, name: `${word} ${number}, ${source.name}`, kind, make: MAKE, model: `HX-${kind}`, behind: `PNL-${source.account}`, points: `${source.account} ${point}` };
  });
  return [...switches, ...panels, vault, ...places].map((cells, at) => ({ n: at + 1, line: at + 2, cells, externalId: null, recordId: null }));
}

type Alarms = DemoPlan['history']['alarms'];

/** The points of panels that rang most, most first. */
function busiest(alarms: Alarms, sources: readonly PlanSource[]): { source: PlanSource; point: string }[] {
  const byAccount = new Map(sources.map((source) => [source.account, source]));
  const counts = new Map<string, number>();
  for (const { account, point } of alarms) if (account !== null && point !== null) counts.set(`${account} ${point}`, (counts.get(`${account} ${point}`) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).flatMap(([key]) => {
    const [account = '', point = ''] = key.split(' ');
    const source = byAccount.get(account);
    return source && (point.split(':')[0] ?? '') in KINDS ? [{ source, point }] : [];
  }).slice(0, MOST_POINTS);
}
