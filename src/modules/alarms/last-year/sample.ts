/** Devices of an invented works: how often a year they ring, in rows of how many, what they say, and of a hundred how many are true or left open. */
const DEVICES = [
  ['Loading bay PIR 4', 'Wharf works', 'BURGLARY ALARM', 70, 4, 0, 5], ['North fence zone 12', 'Wharf works', 'Fence disturbance', 60, 5, 1, 4], ['Gate camera 2', 'Wharf works', 'Line crossed', 55, 3, 3, 12],
  ['Rear door B2', 'Mill lane office', 'Door held open', 80, 2, 4, 6], ['Server room door', 'Mill lane office', 'Door forced open', 24, 2, 0, 0], ['Canteen PIR', 'Mill lane office', 'BURGLARY ALARM', 22, 2, 0, 10],
  ['Depot roof hatch', 'Old depot', 'Tamper', 26, 3, 2, 8], ['Yard PIR 1', 'Old depot', 'BURGLARY ALARM', 30, 1, 12, 10], ['Reception panic button', 'Mill lane office', 'Panic alarm', 6, 1, 35, 0],
  ['Panel 3', 'Old depot', 'Comm fail', 18, 1, 50, 10], ['Smoke head 7', 'Wharf works', 'Fire alarm', 9, 1, 10, 0], ['Store gate', 'Wharf works', 'Door held open', 30, 1, 8, 8],
  ['Lift lobby camera', 'Mill lane office', 'Camera motion: person', 40, 1, 10, 20], ['Side door C', 'Old depot', 'Door forced open', 14, 1, 30, 5], ['Boiler room sensor', 'Wharf works', 'Temperature high', 8, 1, 60, 0],
] as const;

/** The same numbers each time, so that the file is the same wherever it is made. */
function drawOf(seed: number): () => number {
  let state = seed;
  return () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 4_294_967_296);
}

const two = (n: number): string => String(n).padStart(2, '0');
const local = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getUTCDate())}.${two(date.getUTCMonth() + 1)}.${date.getUTCFullYear()} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
};

/** A year of alarms of a works that is not there, as a head-end might write them: semicolons, days first, dispositions in words. */
export function sampleLines(year: number): string[] {
  const draw = drawOf(20_251);
  const rows = DEVICES.flatMap(([device, site, said, bursts, length, truePercent, openPercent]) =>
    Array.from({ length: bursts }, () => {
      const hour = draw() < 0.7 ? Math.floor(draw() * 8 + 20) % 24 : Math.floor(draw() * 24);
      let at = Date.UTC(year, 0, 1 + Math.floor(draw() * 364), hour, Math.floor(draw() * 60), Math.floor(draw() * 60));
      return Array.from({ length: 1 + Math.floor(draw() * length * 2) }, (_, n) => {
        if (n > 0) at += Math.floor(40_000 + draw() * 200_000);
        const lot = draw() * 100;
        const finding = n === 0 && lot < truePercent ? 'Genuine' : lot > 100 - openPercent ? '' : draw() < 0.6 ? 'Nuisance' : 'False - equipment';
        return { at, cells: [device, site, said, finding, local(at + Math.floor(120_000 + draw() * 600_000))] };
      });
    }).flat());
  rows.sort((a, b) => a.at - b.at);
  return ['Alarm ID;Time;Device;Location;Alarm type;Disposition;Closed\r\n', ...rows.map(({ at, cells: [device, site, said, finding, closed] }, n) => `${n + 1};${local(at)};${device};${site};${said};${finding};${closed}\r\n`)];
}
