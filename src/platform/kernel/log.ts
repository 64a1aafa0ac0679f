import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** A logger that writes JSON lines. */
export type Log = Logger;

const SECRET = /pass(word|phrase)?$|secret|token|authorization|cookie|api-?key|private-?key|databaseurl|migrateurl|smtpurl|mqtturl/i;
const NARRATIVE = /^(narrative|description|note|notes|body|message_text|reason_text)$/i;
const CREDENTIALS = /(\w+:\/\/[^\s:/@]*):[^\s@]*@/g;
const DEEPEST = 6;
const LONGEST = 2000;

const cleanText = (text: string): string => {
  const shown = text.replace(CREDENTIALS, '$1:***@');
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
};

const cleanError = (error: Error, depth: number): Record<string, unknown> => {
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: cleanText(error.message),
    ...(code === undefined ? {} : { code }),
    stack: cleanText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: clean(error.cause, depth + 1) }),
  };
};

const clean = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth > DEEPEST) return '[deep]';
  if (value instanceof Error) return cleanError(value, depth);
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => clean(item, depth + 1));
  return cleanFields(value as Record<string, unknown>, depth + 1);
};

const cleanFields = (fields: Record<string, unknown>, depth: number): Record<string, unknown> => {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && (SECRET.test(name) || NARRATIVE.test(name))) shown[name] = '[hidden]';
    else shown[name] = clean(value, depth);
  }
  return shown;
};

/**
 * Makes the logger of one process: JSON lines on standard output with `time` (ISO, UTC), `level`, `process` and `msg`.
 * Fields whose names speak of secrets or narratives, passwords in addresses, and bytes are hidden at any depth.
 * @param to where the lines go, for tests.
 */
export const createLog = (processName: string, level: LogLevel, to?: DestinationStream): Log =>
  pino(
    {
      level,
      base: { process: processName, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { err: (error: unknown) => clean(error, 0) },
      formatters: { level: (label) => ({ level: label }), log: (fields) => cleanFields(fields, 0) },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          const given = first instanceof Error ? [{ err: first }, ...(rest.length > 0 ? rest : [first.message])] : [first, ...rest];
          const cleaned = given.map((arg) => (typeof arg === 'string' ? cleanText(arg) : arg));
          Reflect.apply(method, this, cleaned);
        },
      },
    },
    to ?? pino.destination({ dest: 1, sync: true }),
  );
