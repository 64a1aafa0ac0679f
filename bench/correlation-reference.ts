// Workload B by hand, with nothing shared with the engine: lines of any size and seed, and what its five rules find in them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counted } from './correlation-feed.ts';
import { mixer } from './mixer.ts';

const [SITES, ZONES_A_SITE, READERS, BADGES, SENSORS, PANELS] = [8, 20, 20, 300, 60, 80];
const ROW = 5;

type Lines = { lines: string[]; adjacency: [string, string][]; travel: [string, string, number][] };

/** Signals of a second clock at some ten a second, with no care taken that they be clear: runs cross, bursts overlap, badges wander. */
export function workloadLines(n: number, seed: number): Lines {
  const mix = mixer(seed);
  const below = (most: number): number => Math.floor((mix() / 2 ** 32) * most);
  const chance = (p: number): boolean => mix() / 2 ** 32 < p;
  const zone = (site: number, k: number): string => `Z${site * ZONES_A_SITE + k}`;
  const adjacency: [string, string][] = [];
  for (let site = 0; site < SITES; site++) {
    for (let k = 0; k < ZONES_A_SITE; k++) {
      if (k % ROW < ROW - 1) adjacency.push([zone(site, k), zone(site, k + 1)]);
      if (k + ROW < ZONES_A_SITE) adjacency.push([zone(site, k), zone(site, k + ROW)]);
    }
  }
  const travel: Lines['travel'] = [];
  for (let a = 0; a < SITES; a++) for (let b = 0; b < SITES; b++) if (a !== b) travel.push([`S${a}`, `S${b}`, 900 + below(3000)]);
  const home = Array.from({ length: BADGES }, () => below(SITES));
  const beats = Array.from({ length: PANELS }, () => below(60));
  const lines: string[] = [];
  const put = (t: number, kind: string, site: number, at: string, device: string, badge = '-') => lines.push(`${1_767_225_600 + t} ${kind} site=S${site} zone=${at} dev=${device} badge=${badge}`);
  for (let t = 0; lines.length < n; t++) {
    for (let panel = 0; panel < PANELS; panel++) {
      if (t !== beats[panel]) continue;
      put(t, 'heartbeat', panel % SITES, '-', `P${panel}`);
      beats[panel] = t + (chance(0.02) ? 150 + below(200) : 55 + below(10));
    }
    for (let k = below(20); k > 0; k--) {
      const [kind, site, k2] = [below(100), below(SITES), below(ZONES_A_SITE)];
      if (kind < 3) put(t, 'door_forced', site, zone(site, k2), `DR${k2}`);
      else if (kind < 40) put(t, 'motion', site, zone(site, k2), 'M');
      else if (kind < 50) put(t, 'badge_fail', site, '-', `R${below(READERS)}`);
      else if (kind < 65) put(t, 'alarm', site, zone(site, k2), `D${below(SENSORS)}`);
      else if (kind < 70) put(t, 'door_open', site, zone(site, k2), `DR${k2}`);
      else {
        const badge = below(BADGES);
        if (chance(0.01)) home[badge] = site;
        put(t, 'badge_ok', home[badge] ?? 0, '-', `R${below(READERS)}`, `B${badge}`);
      }
    }
  }
  return { lines: lines.slice(0, n), adjacency, travel };
}

/** Writes them where the engine's feed reads them. */
export function writeLines(dir: string, { lines, adjacency, travel }: Lines): void {
  writeFileSync(join(dir, 'events.kv'), lines.map((line) => `${line}\n`).join(''));
  writeFileSync(join(dir, 'adjacency.csv'), adjacency.map((pair) => `${pair.join(',')}\n`).join(''));
  writeFileSync(join(dir, 'travel.csv'), travel.map((journey) => `${journey.join(',')}\n`).join(''));
}

/** The five rules in plain loops over maps of lists: each looks at all that it kept. */
export function plainCounts({ lines, adjacency, travel }: Lines): Counted {
  const found: Counted = { events: lines.length, R1: 0, R2: 0, R3: 0, R4: 0, R5: 0 };
  const touches = new Set(adjacency.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  const journeys = new Map(travel.map(([a, b, seconds]) => [`${a} ${b}`, seconds]));
  let forced: { zone: string; t: number }[] = [];
  const fails = new Map<string, number[]>();
  const last = new Map<string, { t: number; site: string }>();
  const heard = new Map<string, number>();
  const rung = new Map<string, number>();
  for (const line of lines) {
    const [time = '', kind = '', ...rest] = line.split(' ');
    const [site = '', zone = '', device = '', badge = ''] = rest.map((part) => part.slice(part.indexOf('=') + 1));
    const t = Number(time);
    for (const [panel, at] of heard) if (at + 180 < t && heard.delete(panel)) found.R4++;
    if (kind === 'heartbeat') heard.set(device, t);
    if (kind === 'door_forced') forced = [...forced.filter((one) => one.zone !== zone), { zone, t }];
    if (kind === 'motion') {
      const met = forced.filter((one) => t - one.t <= 30 && touches.has(`${one.zone} ${zone}`));
      found.R1 += met.length;
      forced = forced.filter((one) => t - one.t <= 30 && !met.includes(one));
    }
    if (kind === 'badge_fail') {
      const within = [...(fails.get(device) ?? []), t].filter((one) => t - one <= 60);
      if (within.length >= 5) found.R2++;
      fails.set(device, within.length >= 5 ? [] : within);
    }
    if (kind === 'badge_ok') {
      const before = last.get(badge);
      if (before && before.site !== site && t - before.t < (journeys.get(`${before.site} ${site}`) ?? 0)) found.R3++;
      last.set(badge, { t, site });
    }
    if (kind === 'alarm' && t - (rung.get(device) ?? -Infinity) > 10) {
      found.R5++;
      rung.set(device, t);
    }
  }
  return found;
}
