// A process of its own: `node http-load.ts FILE PORT CONNECTIONS SECONDS`. FILE holds {headers, requests: [{method, path, body?}]}, sent in turn, one under way a connection.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

type Plan = { headers: Record<string, string>; requests: { method: string; path: string; body?: string }[] };
const [file, port, connections, seconds] = process.argv.slice(2) as [string, string, string, string];
const plan = JSON.parse(readFileSync(file, 'utf8')) as Plan;
const common = Object.entries(plan.headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
const texts = plan.requests.map(({ method, path, body }) => `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${common}${body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`}\r\n${body ?? ''}`);

const times: number[] = [];
let next = 0;
let failed = 0;
let bytes = 0;
const start = performance.now();
const counted = start + Number(seconds) * 100;
const end = counted + Number(seconds) * 1000;

function loop(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let held = Buffer.alloc(0);
    let at = 0;
    const send = (): void => {
      if (performance.now() > end) return void socket.end(() => resolve());
      at = performance.now();
      socket.write(texts[next++ % texts.length] as string);
    };
    socket.setNoDelay(true);
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (data) => {
      held = held.length ? Buffer.concat([held, data]) : data;
      const split = held.indexOf('\r\n\r\n');
      if (split < 0) return;
      const head = held.toString('latin1', 0, split);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (held.length < split + 4 + length) return;
      bytes += held.length;
      if (!head.startsWith('HTTP/1.1 2')) failed++;
      held = held.subarray(split + 4 + length);
      const now = performance.now();
      if (at >= counted) times.push(now - at);
      send();
    });
  });
}

await Promise.all(Array.from({ length: Number(connections) }, loop));
times.sort((a, b) => a - b);
const share = (p: number) => times[Math.min(times.length - 1, Math.floor(times.length * p))] ?? Number.NaN;
console.log(JSON.stringify({ perS: times.length / Number(seconds), p50Ms: share(0.5), p99Ms: share(0.99), count: times.length, failed, bytes }));
