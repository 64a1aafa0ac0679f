import type { Notice } from '../contract.ts';

/** What a notice is about, in one line: number and title of its record, or its own words. */
export const aboutWords = ({ record, words }: Pick<Notice, 'record' | 'words'>): string => (record === null ? words : [record.number, record.title].filter(Boolean).join(' '));

/** The whole of a notice in one line. */
export const noticeWords = (notice: Pick<Notice, 'title' | 'record' | 'words'>): string => [notice.title, aboutWords(notice)].filter(Boolean).join(': ');

/** Whether a notice still wants to be acknowledged. */
export const isAsking = (notice: Pick<Notice, 'urgent' | 'acknowledgedAt' | 'isOver'>): boolean => notice.urgent && notice.acknowledgedAt === null && !notice.isOver;
