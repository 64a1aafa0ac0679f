// The plain Node reference: parse, one batched insert into one table with one index, acknowledge after commit. No dedupe, no raw bytes,
// no ledger, no row security. `node dc09-reference.ts PORT DATABASE_URL`.
import { createServer } from 'node:net';
import pg from 'pg';
import { crcOf, hex4 } from '../src/connectors/sia-dc09/crc.ts';

const [port, url] = process.argv.slice(2) as [string, string];
const pool = new pg.Pool({ connectionString: url, max: 4 });
await pool.query(`create table if not exists reference_event (id bigserial primary key, received_at timestamptz not null default now(), kind text, account text, zone int, body jsonb not null)`);

type Waiting = { event: object; acknowledge: () => void };
const queue: Waiting[] = [];
let writing = 0;

function write(): void {
  while (writing < 2 && queue.length > 0) {
    writing++;
    const batch = queue.splice(0, 1000);
    const text = `insert into reference_event (kind, account, zone, body) select j->>'kind', j->>'account', (j->>'zone')::int, j from jsonb_array_elements($1::jsonb) j`;
    void pool.query({ name: 'batch', text, values: [JSON.stringify(batch.map(({ event }) => event))] }).then(() => {
      writing--;
      for (const { acknowledge } of batch) acknowledge();
      write();
    });
  }
}

const BODY = /^"SIA-DCS"(\d{4})(R\w+)?(L\w+)?#(\w+)\[#\w+\|Nri(\d+)\/(\w\w)(\w*)\]/;
createServer((socket) => {
  let held = '';
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => undefined);
  socket.on('data', (text: string) => {
    held += text;
    for (let end = held.indexOf('\r'); end >= 0; end = held.indexOf('\r')) {
      const frame = held.slice(0, end);
      held = held.slice(end + 1);
      const body = frame.slice(9);
      const match = BODY.exec(body);
      if (!match || hex4(crcOf(body)) !== frame.slice(1, 5)) continue;
      const [, sequence, receiver = '', line = '', account, zone, kind] = match;
      queue.push({
        event: { kind, account, zone: Number(zone), body },
        acknowledge: () => {
          const answer = `"ACK"${sequence}${receiver}${line}#${account}[]`;
          socket.write(`\n${hex4(crcOf(answer))}${answer.length.toString(16).toUpperCase().padStart(4, '0')}${answer}\r`, 'latin1');
        },
      });
      setImmediate(write);
    }
  });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
