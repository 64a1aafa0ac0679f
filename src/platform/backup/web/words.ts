import { decimal } from '#platform/web/messages.ts';
import type { Run } from '../contract.ts';
import { t } from './messages.en.ts';

/** Seconds as hours below two days, then as days. */
export const agoWords = (seconds: number): string => (seconds < 3600 ? t('backup.hour') : seconds < 2 * 86_400 ? t('backup.hours', { n: Math.round(seconds / 3600) }) : t('backup.days', { n: Math.floor(seconds / 86_400) }));

/** A number of bytes in words, by powers of 1024. */
export function sizeWords(bytes: number): string {
  const step = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${decimal(bytes / 1024 ** step, step === 0 ? 0 : 1)} ${['B', 'KB', 'MB', 'GB', 'TB'][step]}`;
}

/** From its beginning to its end: `0.4 s`, `12 s`, `3 min 20 s`. */
export function tookWords({ startedAt, endedAt }: Pick<Run, 'startedAt' | 'endedAt'>): string {
  if (startedAt === null || endedAt === null) return '';
  const seconds = Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  if (seconds < 10) return `${decimal(seconds, 1)} s`;
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export const byWords = ({ askedBy, cause }: Pick<Run, 'askedBy' | 'cause'>): string => askedBy ?? t(cause === 'command-line' ? 'backup.by.command-line' : 'backup.by.schedule');

/** The last part of a path, whose folder stands above the list. */
export const nameOf = (file: string): string => file.split('/').at(-1) ?? file;
