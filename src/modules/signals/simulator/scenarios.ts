import { uniformsOf } from '#engines/random/uniform.ts';

/** A sender of a scenario. `account` is the same for the same seed; `isKeyed` where it encrypts, `superviseS` where its silence is to be noticed. */
export type SimulatedSource = { as: string; protocol: 'dc09' | 'http' | 'syslog'; account: string; name: string; isKeyed?: true; superviseS?: number };

/**
 * What one sender does, so many milliseconds after the step before. `say` is a message in its protocol's own words; `hush` ends
 * its link tests as a cut line does, `heard` brings them back. An `isReal` wait is for a clock of ours and is not hastened.
 */
export type SimulatedStep = { afterMs: number; by: string; isReal?: true } & ({ do: 'say'; words: string } | { do: 'hush' | 'heard' | 'wait' });

/** A scenario as it will be played. */
export type ScenarioPlan = { key: ScenarioKey; seed: number; sources: readonly SimulatedSource[]; steps: readonly SimulatedStep[] };

type Kind = { mark: string; title: string; does: string; plan: (dice: Dice, name: (what: string) => string) => Pick<ScenarioPlan, 'sources' | 'steps'> };
type Dice = { whole(from: number, to: number): number; pick<T>(of: readonly T[]): T };

/** The largest seed: it stands in accounts. */
export const MOST_SEED = 999_999_999;
/** A line is lost for us after this and a half more; it is said again every eight seconds. */
const SUPERVISE_S = 20;
const LINE_NOTICED_MS = 36_000;

const say = (by: string, afterMs: number, words: string): SimulatedStep => ({ do: 'say', by, afterMs, words });
const dc09 = (event: string): string => `SIA-DCS Nri1/${event}`;
const http = (signal: { type: string } & Record<string, unknown>): string => JSON.stringify(signal);
const three = (n: number): string => String(n).padStart(3, '0');

const KINDS = {
  'break-in': {
    mark: 'BI', title: 'Break-in with a cut line', does: 'The fence rings, a door is forced, movement goes from room to room, and then the panel falls silent: its line is cut. About two minutes.',
    plan: (dice, name) => {
      const [fence, door, room] = [dice.whole(10, 39), dice.whole(1, 9), dice.whole(41, 80)];
      return {
        sources: [{ as: 'panel', protocol: 'dc09', account: name('P'), name: 'Simulated panel', isKeyed: true, superviseS: SUPERVISE_S }],
        steps: [
          say('panel', 0, `ADM-CID 1131 01 ${three(fence)}`), say('panel', dice.whole(8_000, 14_000), dc09(`DF${three(door)}^Loading door^`)),
          ...[0, 1, 2].map((i) => say('panel', dice.whole(4_000, 9_000), dc09(`BA${three(room + i)}^Store room ${i + 1}^`))),
          { do: 'hush', by: 'panel', afterMs: dice.whole(3_000, 7_000) }, { do: 'wait', by: 'panel', afterMs: LINE_NOTICED_MS, isReal: true }, { do: 'heard', by: 'panel', afterMs: 15_000 }, { do: 'wait', by: 'panel', afterMs: 6_000, isReal: true },
        ],
      };
    },
  },
  tailgating: {
    mark: 'TG', title: 'Tailgating', does: 'Badges are read at a door; behind one of them a second person passes, and the badge is then refused, since it never left. About a minute.',
    plan: (dice, name) => {
      const reader = `Reader ${dice.whole(1, 24)}`;
      const badges = Array.from({ length: 5 }, () => dice.whole(40_000, 49_999));
      const followed = dice.whole(1, 3);
      return {
        sources: [{ as: 'doors', protocol: 'http', account: name('D'), name: 'Simulated door controller' }],
        steps: badges.flatMap((badge, i) => [
          say('doors', dice.whole(5_000, 12_000), http({ type: 'access.granted', device: reader, message: `Badge ${badge}` })),
          ...(i === followed ? [say('doors', dice.whole(1_200, 2_600), http({ type: 'access.tailgating', device: reader, message: `Second passage behind badge ${badge}` })), say('doors', dice.whole(9_000, 15_000), http({ type: 'access.denied-passback', device: reader, message: `Badge ${badge} is inside already` }))] : []),
        ]),
      };
    },
  },
  runaway: {
    mark: 'RA', title: 'Runaway device', does: 'One detector rings and is restored again and again, ninety times. About four minutes.',
    plan: (dice, name) => {
      const zone = three(dice.whole(1, 200));
      return {
        sources: [{ as: 'panel', protocol: 'dc09', account: name('P'), name: 'Simulated panel' }],
        steps: Array.from({ length: 180 }, (_, i) => say('panel', dice.whole(500, 2_200), dc09(`${i % 2 === 0 ? 'BA' : 'BR'}${zone}`))),
      };
    },
  },
  storm: {
    mark: 'ST', title: 'Storm', does: 'A thousand signals of ten panels in two minutes, as in a thunderstorm: mains, perimeter, zones and their restores.',
    plan: (dice, name) => {
      const panels = Array.from({ length: 10 }, (_, i) => ({ as: `panel-${i}`, protocol: 'dc09' as const, account: name(String(i)), name: `Simulated panel ${i + 1}` }));
      const moments = Array.from({ length: 1_000 }, () => dice.whole(0, 120_000)).toSorted((a, b) => a - b);
      return {
        sources: panels,
        steps: moments.map((at, i) => say(dice.pick(panels).as, at - (moments[i - 1] ?? 0), dc09(dice.pick([`BA${three(dice.whole(1, 20))}`, `BR${three(dice.whole(1, 20))}`, `DF${three(dice.whole(1, 8))}`, `DR${three(dice.whole(1, 8))}`, 'AT', 'AR', `BA${three(dice.whole(30, 34))}`])))),
      };
    },
  },
  duress: {
    mark: 'DU', title: 'Duress', does: 'A panel is disarmed with the code for duress, and a hold-up button is pressed after it. Half a minute.',
    plan: (dice, name) => {
      const [user, button] = [dice.whole(1, 60), dice.whole(201, 220)];
      return {
        sources: [{ as: 'panel', protocol: 'dc09', account: name('P'), name: 'Simulated panel', isKeyed: true }],
        steps: [say('panel', 0, dc09(`OP${three(user)}`)), say('panel', dice.whole(300, 900), `ADM-CID 1121 01 ${three(user)}`), say('panel', dice.whole(12_000, 25_000), dc09(`HA${three(button)}^Till 1^`))],
      };
    },
  },
  'camera-loss': {
    mark: 'CL', title: 'Camera lost', does: 'A recorder notes the loss of one camera’s stream in its log and its head-end reports it, twice, before the picture comes back. About a minute and a half.',
    plan: (dice, name) => {
      const camera = `Camera ${dice.whole(1, 48)}`;
      const log = (level: number, text: string): string => `<${16 * 8 + level}>1 - ${name('R').toLowerCase()} recorder - STREAM - ${text}`;
      const lost = [say('recorder', dice.whole(2_000, 5_000), log(5, `${camera}: stream lost, connecting again`)), say('head-end', dice.whole(500, 1_500), http({ type: 'video.signal-lost', device: camera, message: 'No picture' }))];
      const back = [say('recorder', dice.whole(20_000, 30_000), log(6, `${camera}: stream is back`)), say('head-end', dice.whole(500, 1_500), http({ type: 'video.signal-lost#restore', device: camera, message: 'Picture is back' }))];
      return {
        sources: [{ as: 'recorder', protocol: 'syslog', account: name('R').toLowerCase(), name: 'Simulated recorder' }, { as: 'head-end', protocol: 'http', account: name('H'), name: 'Simulated video head-end' }],
        steps: [...lost, ...back, ...lost, ...back],
      };
    },
  },
} as const satisfies Record<string, Kind>;

/** The scenarios by key. */
export type ScenarioKey = keyof typeof KINDS;
export const SCENARIO_KEYS = Object.keys(KINDS) as [ScenarioKey, ...ScenarioKey[]];

/** What a scenario is, in words. */
export const scenarioOf = (key: ScenarioKey): { title: string; does: string } => KINDS[key];

/**
 * The scenario as this seed makes it: the same accounts, messages and waits whenever it is asked for. `seed` is a whole number from 0 to `MOST_SEED`;
 * throws RangeError for another.
 */
export function planScenario(key: ScenarioKey, seed: number): ScenarioPlan {
  if (!Number.isInteger(seed) || seed < 0 || seed > MOST_SEED) throw new RangeError(`A seed is a whole number from 0 to ${MOST_SEED}, not ${seed}.`);
  const kind: Kind = KINDS[key];
  const uniform = uniformsOf(seed);
  let drawn = 0;
  const whole = (from: number, to: number): number => from + Math.floor(uniform(0, drawn++) * (to - from + 1));
  const dice: Dice = { whole, pick: (of) => of[whole(0, of.length - 1)] as (typeof of)[number] };
  return { key, seed, ...kind.plan(dice, (what) => `SIM${kind.mark}${seed}${what}`) };
}

/** How long it takes at a speed of 1, in ms. */
export const lengthOf = ({ steps }: ScenarioPlan): number => steps.reduce((sum, { afterMs }) => sum + afterMs, 0);
