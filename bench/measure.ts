/** Figures of a closed loop: as many at once as connections, each sent when the one before is answered. */
export type Figures = { perS: number; p50Ms: number; p99Ms: number; count: number };

/** A number given as `--name value`, or what stands there by default. */
export function argument(name: string, standard: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? standard : Number(process.argv[at + 1]);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} takes a number above 0.`);
  return value;
}

/** Runs `work` from `connections` loops for `seconds`, after a tenth of that to warm up. */
export async function closedLoop(connections: number, seconds: number, work: () => Promise<unknown>): Promise<Figures> {
  const times: number[] = [];
  const start = performance.now();
  const counted = start + seconds * 100;
  const end = counted + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async () => {
    for (let at = performance.now(); at < end; ) {
      await work();
      const now = performance.now();
      if (at >= counted) times.push(now - at);
      at = now;
    }
  }));
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { perS: times.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99), count: times.length };
}

/** Rows as a Markdown table. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
