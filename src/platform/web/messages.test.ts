import { afterEach, expect, it } from 'vitest';
import { messagesOf, speak } from './messages.ts';

const t = messagesOf({ 'a.hello': 'Sent to {name}.', 'a.open': { one: '{n} alarm open', other: '{n} alarms open' }, 'a.plain': 'Nothing.' });
afterEach(() => speak('en', {}));

it('fills names in, groups numbers and goes by the number', () => {
  expect(t('a.hello', { name: 'K7' })).toBe('Sent to K7.');
  expect([t('a.open', { n: 1 }), t('a.open', { n: 0 }), t('a.open', { n: 1204 })]).toEqual(['1 alarm open', '0 alarms open', '1,204 alarms open']);
});

it('leaves what is typed into a message alone, so that braces in a name are not filled in again', () => {
  expect(t('a.hello', { name: '{name}' })).toBe('Sent to {name}.');
});

it('speaks another language where it has the key, and English where it has not', () => {
  speak('de', { 'a.open': { one: '{n} Alarm offen', other: '{n} Alarme offen' } });
  expect([t('a.open', { n: 1204 }), t('a.plain')]).toEqual(['1.204 Alarme offen', 'Nothing.']);
});
