import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { FromDevice } from './contract.ts';

/** A device of a test: its token, and what a command of it says of itself. */
export type TestDevice = { id: string; token: string; says(of: Pick<FromDevice, 'seq' | 'writtenAt' | 'baseVersion'>): FromDevice };

/** A device of somebody, made known through the surface. */
export async function aDevice(app: FastifyInstance, who: { headers: Record<string, string> }, label = 'A phone'): Promise<TestDevice> {
  const [id, token] = [uuidv7(), randomUUID()];
  const reply = await app.inject({ method: 'POST', url: '/api/offline/devices', headers: who.headers, payload: { id, label, token } });
  if (reply.statusCode !== 201) throw new Error(`No device: ${reply.statusCode} ${reply.body}`);
  return { id, token, says: (of) => ({ deviceId: id, skewMs: 0, ...of }) };
}
