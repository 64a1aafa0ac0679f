import { expect, it } from 'vitest';
import { boundTwice } from './commands.ts';

const verb = (key: string | undefined, title: string, unavailable?: string) => ({ title, run: () => undefined, ...(key && { key }), ...(unavailable && { unavailable }) });

it('says which key two verbs take at once; one that cannot be done now hands its key on', () => {
  expect(boundTwice([verb('W', 'Comment'), verb('E', 'Change'), verb('W', 'Raise work order')])).toEqual(['The key W is bound twice: “Comment”, “Raise work order”.']);
  expect(boundTwice([verb('S', 'Shelve'), verb('S', 'Bring back', 'Not now'), verb(undefined, 'Classify'), verb(undefined, 'Grade'), verb('Shift+S', 'Shelve all')])).toEqual([]);
});
