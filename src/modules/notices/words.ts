import { readConfig } from '#platform/kernel/config.ts';

/** Where somebody answers without signing in; what follows `#` no server writes into a log. */
export const linkOf = (code: string): string => `${readConfig().publicUrl}/answer#${code}`;

/** Where one's own is read in the app. */
export const pathOfMine = (noticeId: string): string => `/told/${noticeId}`;
