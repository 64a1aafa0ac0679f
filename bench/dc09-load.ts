// A process of its own, so that it shares no event loop with what it loads: `node dc09-load.ts PORT CONNECTIONS COUNT RUN`.
import { connect, type Socket } from 'node:net';
import { encodeFrame } from '../src/connectors/sia-dc09/encode.ts';

const [port, connections, count, run] = process.argv.slice(2).map(Number) as [number, number, number, number];
const CODES = ['BA', 'TA', 'FA', 'PA', 'OP', 'CL', 'RP', 'BR'];
const ACCOUNTS = 9000;

/** Event i is a function of i and of the run, so that no two runs send the same. Built while sending, as a panel would. */
const frame = (i: number): Buffer =>
  encodeFrame({ token: 'SIA-DCS', sequence: (i % 9999) + 1, receiver: '0', line: '0', account: String(1000 + (i % ACCOUNTS)), data: `Nri${i % 64}/${CODES[(i * 7) & 7]}${String((i + run * 7919) % 10_000).padStart(4, '0')}`, sentAt: Date.now() });

const times = new Float64Array(count);
let sent = 0;
let done = 0;
let errors = 0;

function panel(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    let at = 0;
    let held = '';
    const next = (): void => {
      if (sent >= count) return void socket.end(() => resolve());
      at = performance.now();
      socket.write(frame(sent++));
    };
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      held += text;
      for (let end = held.indexOf('\r'); end >= 0; end = held.indexOf('\r')) {
        if (held.slice(0, end).includes('"ACK"')) times[done++] = performance.now() - at;
        else errors++;
        held = held.slice(end + 1);
        next();
      }
    });
    socket.on('error', () => (errors++, resolve()));
    socket.on('close', () => resolve());
    next();
  });
}

const sockets = await Promise.all(Array.from({ length: connections }, () => new Promise<Socket>((resolve, reject) => {
  const socket = connect(port, '127.0.0.1', () => (socket.setNoDelay(true), resolve(socket)));
  socket.once('error', reject);
})));
const start = performance.now();
await Promise.all(sockets.map(panel));
const seconds = (performance.now() - start) / 1000;
const sorted = times.subarray(0, done).toSorted();
const share = (p: number) => sorted[Math.min(done - 1, Math.floor(done * p))] ?? Number.NaN;
console.log(JSON.stringify({ perS: done / seconds, p50Ms: share(0.5), p99Ms: share(0.99), count: done, errors }));
