import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flag, many, one, parseSearch, readView, text, viewOf, whole, writeSearch, writeView } from './view.ts';
import { ownAddress } from './navigation.tsx';

const VIEW = viewOf({ state: many(['open', 'review']), sort: one(['-opened', 'opened']), q: text(), page: whole(), late: flag() });

it('writes a view readably and leaves out what is meant anyway', () => {
  const search = writeSearch(writeView(VIEW, { state: ['open', 'review'], sort: '-opened', q: 'van at fence', late: true }));
  expect(search).toBe('?state=open,review&q=van+at+fence&late=1');
});

it('reads any view back as it was written', () => {
  const view = fc.record({
    state: fc.subarray(['open', 'review'] as const),
    sort: fc.constantFrom('-opened', 'opened'),
    q: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    page: fc.option(fc.integer(), { nil: undefined }),
    late: fc.boolean(),
  });
  fc.assert(fc.property(view, (one) => { expect(readView(VIEW, parseSearch(writeSearch(writeView(VIEW, one))))).toEqual(one); }));
});

it('takes what it cannot read as if it were not there', () => {
  expect(readView(VIEW, parseSearch('?state=open,gone&sort=x&page=1e9&late=yes'))).toEqual({ state: ['open'], sort: '-opened', q: undefined, page: undefined, late: false });
});

it('returns after a sign-in only to a path of our own', () => {
  expect(['/watch?a=1', '//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', undefined, '/a\tb'].map(ownAddress)).toEqual(['/watch?a=1', '/', '/', '/', '/', '/', '/']);
});
