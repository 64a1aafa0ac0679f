import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 passes, 1 lane.
const COST = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 } as const;

const derive = (password: string, nonce: Buffer, cost: { parallelism: number; tagLength: number; memory: number; passes: number }): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    argon2('argon2id', { message: password.normalize('NFKC'), nonce, ...cost }, (error, tag) => (error ? reject(error) : resolve(tag)));
  });

/** The stored form of a password, in the PHC string format of Argon2id. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive(password, nonce, COST);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${nonce.toString('base64url')}$${tag.toString('base64url')}`;
}

const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Does the password fit? For nobody's address (`null`) the same work is done, and the answer is no. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const match = FORM.exec(stored ?? NOBODY);
  if (!match) return false;
  const [, memory, passes, parallelism, nonce, tag] = match as unknown as [string, string, string, string, string, string];
  const wanted = Buffer.from(tag, 'base64url');
  const found = await derive(password, Buffer.from(nonce, 'base64url'), { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism), tagLength: wanted.length });
  return timingSafeEqual(found, wanted) && stored !== null;
}
