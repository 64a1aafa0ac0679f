import { expect, it } from 'vitest';
import { Connection } from './connection.ts';

const T = Date.UTC(2026, 10, 21, 2, 14, 31);

it('says how far behind the screen is, whatever the clocks say', () => {
  const connection = new Connection();
  const wrong = 90_000;
  connection.heard(T + wrong, T);
  connection.heard(T + wrong + 5_400, T + 5_000);
  expect(connection.state).toEqual({ kind: 'live', lagS: 0.4 });
  expect(connection.serverTime(T + wrong)).toBe(T);
});

it('is late when the next word does not come, and cut when none comes for long', () => {
  const connection = new Connection();
  connection.heard(T, T);
  connection.tick(T + 8_000);
  expect(connection.state).toEqual({ kind: 'late', lagS: 8, since: new Date(T) });
  connection.tick(T + 21_000);
  expect(connection.state).toEqual({ kind: 'cut', since: new Date(T) });
});

it('is cut at once when the line breaks, with the moment of the last word, and live again with the next', () => {
  const connection = new Connection();
  connection.heard(T, T);
  connection.cut(T + 1_000);
  expect(connection.state).toEqual({ kind: 'cut', since: new Date(T) });
  connection.heard(T + 3_000, T + 3_000);
  expect(connection.state.kind).toBe('live');
});

it('only connects while nothing was heard yet, and is cut where it stays so', () => {
  const connection = new Connection();
  connection.cut(T);
  expect(connection.state).toEqual({ kind: 'connecting' });
  connection.tick(T + 21_000);
  expect(connection.state).toEqual({ kind: 'cut', since: new Date(T) });
});
