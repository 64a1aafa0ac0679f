import type { Tx } from '../record.ts';
import { findCommand } from './command-row.ts';
import { commandedBy, commandersOf } from './holders.ts';

/** Refuses what a command in force stands against, and says who commands. */
export async function checkNoCommand(tx: Tx, incidentId: string, then: string): Promise<void> {
  const command = await findCommand(tx, incidentId);
  if (!command) return;
  throw commandedBy((await commandersOf(tx, command.id)).seated, then);
}
