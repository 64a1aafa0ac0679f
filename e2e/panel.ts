import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Dialler } from '../src/connectors/sia-dc09/dialler.ts';

const FRAMES = join(import.meta.dirname, '..', '..', 'shared', 'fixtures', 'sia-dc09', 'dc09_spt-frames.json');
const CLIENT = process.env['PARAPET_DC09_SPT'];

/** Sends one event of account 1234, as the Python client `dc09_spt` would, and answers when it was sent (ms since 1970) and by whom. */
export type Panel = { who: string; send: (event: { code: 'BA' | 'PA'; zone: number }) => Promise<number> };

/** A panel that is not ours where one can be had: the client itself (`PARAPET_DC09_SPT` names its folder), else frames that it made, else our own dialler. */
export function foreignPanel(port: number): Panel {
  if (CLIENT !== undefined && existsSync(join(CLIENT, 'dc09_spt'))) return { who: 'the Python client dc09_spt', send: (event) => byClient(CLIENT, port, event) };
  if (existsSync(FRAMES)) return { who: 'frames that the Python client dc09_spt made', send: ({ code }) => byFrame(port, code) };
  console.log('The frames of a client that is not ours are absent (PARAPET_DC09_SPT): our own dialler sends instead.');
  return { who: 'our own dialler', send: (event) => byDialler(port, event) };
}

const SCRIPT = `
import os, sys, time
sys.path.insert(0, sys.argv[1])
from dc09_spt import dc09_spt
port, code, zone = int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
panel = dc09_spt.dc09_spt('1234', line=0)
panel.set_path('main', 'primary', '127.0.0.1', port, account='1234', line=0, type='TCP')
sent = time.time()
panel.send_msg('SIA-DCS', {'code': code, 'zone': zone, 'area': 2, 'time': 'now'})
until = sent + 15
while panel.notSent() or panel.state().get('send active'):
    if time.time() > until: break
    time.sleep(0.01)
is_acknowledged = panel.state()['main primary path ok']
print(int(sent * 1000) if is_acknowledged else 'not acknowledged', flush=True)
os._exit(0 if is_acknowledged else 1)
`;

async function byClient(folder: string, port: number, { code, zone }: { code: string; zone: number }): Promise<number> {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', SCRIPT, folder, String(port), code, String(zone)], { timeout: 30_000 });
  return Number(stdout.trim());
}

type Frame = { name: string; frame_hex: string };

function byFrame(port: number, code: string): Promise<number> {
  const frame = (JSON.parse(readFileSync(FRAMES, 'utf8')) as Frame[]).find(({ name }) => name === `plain-sia-${code}`);
  if (!frame) throw new Error(`There is no frame plain-sia-${code}.`);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let sentAt = 0;
    socket.once('connect', () => {
      sentAt = Date.now();
      socket.write(Buffer.from(frame.frame_hex, 'hex'));
    });
    socket.once('data', (answer) => {
      socket.end();
      if (answer.includes('"ACK"')) resolve(sentAt);
      else reject(new Error(`Answered with ${answer.toString('latin1')}`));
    });
    socket.once('error', reject);
  });
}

async function byDialler(port: number, { code, zone }: { code: string; zone: number }): Promise<number> {
  const dialler = new Dialler({ host: '127.0.0.1', port, account: '1234' });
  const sentAt = Date.now();
  const answer = await dialler.sendEvent('SIA-DCS', `Nri2${code}${zone}`, { sentAt });
  dialler.close();
  if (answer.kind !== 'ACK') throw new Error(`Answered with ${answer.kind}`);
  return sentAt;
}

/** Sends blocks of SIA data from one panel, one after the other, each acknowledged. */
export async function sendData(port: number, account: string, ...data: string[]): Promise<void> {
  const dialler = new Dialler({ host: '127.0.0.1', port, account });
  for (const one of data) await dialler.sendEvent('SIA-DCS', one);
  dialler.close();
}
