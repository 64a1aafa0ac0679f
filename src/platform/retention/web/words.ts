import { t } from './messages.en.ts';

/** A period as people say it: whole years where it is some, days beside. */
export function daysWords(days: number | null): string {
  if (days === null) return t('retention.forever');
  const years = Math.round(days / 365.25);
  return years >= 1 && Math.abs(days - years * 365.25) < 1.5 ? `${t('retention.years', { n: years })} (${t('retention.days', { n: days })})` : t('retention.days', { n: days });
}

export const nameOf = ({ number, title }: { number: string | null; title: string }): string => [number, title].filter(Boolean).join(', ');
