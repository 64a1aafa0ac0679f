import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { Fault } from './fault.ts';

const faultOf = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof Fault) return error.message;
  }
  throw new Error('the environment was accepted');
};

test('an empty environment is the demonstration on loopback with its receivers on', () => {
  expect(readConfig({}, 'demonstration')).toEqual({
    mode: 'demonstration',
    host: '127.0.0.1',
    port: 8080,
    publicUrl: 'http://localhost:8080',
    listen: '127.0.0.1',
    dataRoot: resolve('data'),
    dataDir: resolve('data/demo'),
    backups: resolve('data/demo/backups'),
    files: resolve('data/demo/files'),
    dc09Port: 10_500,
    syslogPort: 5514,
    logLevel: 'info',
    witnesses: [],
  });
});

test('the real organisation has a folder of its own and its receivers off until a port is set', () => {
  const config = readConfig({ PARAPET_DATA: '/srv/p', PARAPET_SYSLOG_PORT: '514' }, 'main');
  expect(config).toMatchObject({ dataDir: '/srv/p/main', files: '/srv/p/main/files', syslogPort: 514 });
  expect(config.dc09Port).toBeUndefined();
});

test('a receiver that is set to off is off in the demonstration too, and an empty variable is an unset one', () => {
  const config = readConfig({ PARAPET_DC09_PORT: 'off', PORT: '', PARAPET_SYSLOG_PORT: ' ' }, 'demonstration');
  expect(config.dc09Port).toBeUndefined();
  expect(config.port).toBe(8080);
  expect(config.syslogPort).toBe(5514);
});

test.each([
  ['PORT', '80a'],
  ['PORT', '65536'],
  ['PARAPET_DC09_PORT', '-1'],
  ['HOST', 'a b'],
  ['LOG_LEVEL', 'loud'],
  ['PARAPET_PUBLIC_URL', 'ftp://x'],
  ['PARAPET_ADMIN_EMAIL', 'nobody'],
])('%s=%s is refused by name and by value', (name, value) => {
  const message = faultOf({ [name]: value });
  expect(message).toContain(name);
  expect(message).toContain(`"${value}"`);
});

test('every wrong variable is named at once', () => {
  const message = faultOf({ PORT: 'x', LOG_LEVEL: 'y' });
  expect(message).toContain('PORT must be a whole number');
  expect(message).toContain('LOG_LEVEL must be one of');
});

test.each(['DATABASE_URL', 'SMTP_URL', 'PARAPET_MQTT_URL', 'PARAPET_ADMIN_PASSWORD'])('the value of %s never stands in the fault', (name) => {
  const message = faultOf({ [name]: 'hunter2' });
  expect(message).toContain(name);
  expect(message).not.toContain('hunter2');
});

test('what goes in pairs is refused alone, naming the one that is missing', () => {
  expect(faultOf({ PARAPET_ADMIN_EMAIL: 'a@b.example' })).toMatch(/^PARAPET_ADMIN_EMAIL is set without PARAPET_ADMIN_PASSWORD/);
  expect(faultOf({ PARAPET_TLS_KEY: '/k' })).toMatch(/^PARAPET_TLS_KEY is set without PARAPET_TLS_CERT/);
  expect(faultOf({ PARAPET_MIGRATE_URL: 'postgresql://o@h/p' })).toMatch(/^PARAPET_MIGRATE_URL is set without DATABASE_URL/);
});

test('the public address follows the port and our own TLS', () => {
  expect(readConfig({ PORT: '9000' }).publicUrl).toBe('http://localhost:9000');
  expect(readConfig({ PARAPET_TLS_CERT: '/c', PARAPET_TLS_KEY: '/k' }).publicUrl).toBe('https://localhost:8080');
  expect(readConfig({ PARAPET_PUBLIC_URL: 'https://watch.example/' }).publicUrl).toBe('https://watch.example');
});

test('a database on a socket is accepted', () => {
  expect(readConfig({ DATABASE_URL: 'postgresql://u:p@/parapet?host=/run/x' }).databaseUrl).toContain('/run/x');
});
