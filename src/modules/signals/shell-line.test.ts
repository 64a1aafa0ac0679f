import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { shellLine } from './shell-line.ts';

async function heardOf(frame: Buffer): Promise<{ heard: Buffer; printed: string }> {
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      heard.push(data);
      socket.write('\n1234000A"ACK"0001L0#1234[]\r');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const printed = await new Promise<string>((resolve, reject) => execFile('sh', ['-c', shellLine(frame, { host: '127.0.0.1', port })], (error, out) => (error ? reject(error) : resolve(out))));
  server.close();
  return { heard: Buffer.concat(heard), printed };
}

it('the line sends the frame byte by byte, from any shell, and prints the answer', async () => {
  const frame = PROTOCOLS.get('dc09')?.example?.('1234', 17) ?? Buffer.alloc(0);
  expect(PROTOCOLS.get('dc09')?.decode(frame)).toMatchObject({ account: '1234', sequence: 17, problem: null, events: [{ code: 'BA' }] });
  const { heard, printed } = await heardOf(frame);
  expect(heard.equals(frame)).toBe(true);
  expect(printed).toContain('"ACK"0001L0#1234[]');
});

it('signs that shells and printf read are sent as they are', async () => {
  const frame = encodeFrame({ token: 'SIA-DCS', sequence: 1, account: '1234', data: 'Nri1/BA0001*100% of "A\\B"*NM' });
  expect((await heardOf(frame)).heard.equals(frame)).toBe(true);
});

it('a host or a frame that would end the line early is refused', () => {
  expect(() => shellLine(Buffer.from('a'), { host: '$(id)', port: 1 })).toThrow(RangeError);
  expect(() => shellLine(Buffer.from(`it's`), { host: '127.0.0.1', port: 1 })).toThrow(RangeError);
});
