import { expect, test } from 'vitest';
import { createLog } from './log.ts';

const linesOf = (work: (log: ReturnType<typeof createLog>) => void, level: 'info' | 'warn' = 'info'): Record<string, unknown>[] => {
  const lines: string[] = [];
  work(createLog('web', level, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
};

test('a line is JSON with time, level, process and words', () => {
  const [line] = linesOf((log) => log.info({ sources: 3 }, 'receivers listen'));
  expect(line).toMatchObject({ level: 'info', process: 'web', sources: 3, msg: 'receivers listen' });
  expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test('the level keeps the lower ones out', () => {
  expect(linesOf((log) => log.info('x'), 'warn')).toEqual([]);
});

test('secrets and narratives are hidden at any depth', () => {
  const lines = linesOf((log) => log.info({ body: 'he said', request: { headers: { authorization: 'Bearer abc', cookie: 's=1' }, people: [{ newPassword: 'x1y2' }] }, apiKey: 'k-9' }, 'm'));
  const text = JSON.stringify(lines);
  for (const secret of ['he said', 'abc', 's=1', 'x1y2', 'k-9']) expect(text).not.toContain(secret);
  expect(text).toContain('[hidden]');
});

test('a password in an address is hidden in words, fields, errors and their causes', () => {
  const address = 'postgresql://app:s3cret@db.example/parapet';
  const lines = linesOf((log) => {
    log.info(`connecting to ${address}`);
    log.error({ err: new Error(`no answer from ${address}`, { cause: new Error(address) }), target: address }, 'failed');
    log.error(new Error(address));
  });
  const text = JSON.stringify(lines);
  expect(text).not.toContain('s3cret');
  expect(text).toContain('app:***@db.example');
});

test('of an error come its type, code, words and stack, and not the rows that a database error carries', () => {
  const error = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(a@b.example) exists' });
  const [line] = linesOf((log) => log.error({ err: error }, 'x'));
  expect(line?.['err']).toMatchObject({ type: 'Error', code: '23505', message: 'duplicate key' });
  expect(JSON.stringify(line)).not.toContain('a@b.example');
});

test('a field that refers to itself, a long text and bytes do not break the line', () => {
  const loop: Record<string, unknown> = { text: 'x'.repeat(5000), bytes: Buffer.from('secret') };
  loop['self'] = loop;
  const [line] = linesOf((log) => log.info({ loop }, 'x'));
  expect(JSON.stringify(line).length).toBeLessThan(20_000);
  expect(JSON.stringify(line)).toContain('[6 bytes]');
});
