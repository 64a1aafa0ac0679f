import { expect, it } from 'vitest';
import { nameOfKey } from './keys.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => nameOfKey({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

it('names keys as they are written, whatever the shift lock', () => {
  expect([press('j'), press('J'), press('J', { shiftKey: true }), press(' '), press('k', { ctrlKey: true }), press('k', { metaKey: true })]).toEqual(['J', 'J', 'Shift+J', 'Space', 'Ctrl+K', 'Ctrl+K']);
});

it('takes a sign for itself, however it is typed', () => {
  expect([press('?', { shiftKey: true }), press('/'), press('/', { shiftKey: true }), press('Tab', { shiftKey: true })]).toEqual(['?', '/', '/', 'Shift+Tab']);
});
