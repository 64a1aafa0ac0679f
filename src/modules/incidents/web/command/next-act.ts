import type { Command, Transfer } from '../../command-contract.ts';

/** What the board offers as the one next thing, by what stands and who looks. */
export type NextAct = { kind: 'activate' | 'objective' | 'period' | 'next-period' } | { kind: 'take'; transfer: Transfer } | null;

export function nextAct(command: Command, personId: string, nowMs: number): NextAct {
  const may = (permission: string): boolean => command.mine.includes(`incidents:${permission}`);
  if (command.state === 'closed') return null;
  if (!command.current) return may('activate') ? { kind: 'activate' } : null;
  const offered = command.transfers.find(({ state, toId }) => state === 'proposed' && toId === personId);
  if (offered && may('command')) return { kind: 'take', transfer: offered };
  if (!may('command')) return null;
  if (!command.objectives.some(({ struckAt }) => struckAt === null)) return { kind: 'objective' };
  const period = command.periods.find(({ endedAt }) => endedAt === null);
  if (!period) return { kind: 'period' };
  return Date.parse(period.endsAt) <= nowMs ? { kind: 'next-period' } : null;
}
