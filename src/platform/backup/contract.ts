import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

/** Red from here on: no restore was proven for so long. */
export const RED_AFTER_S = 7 * 86_400;

export const RunKind = z.enum(['backup', 'proof', 'restore']);
export const RunState = z.enum(['waiting', 'running', 'done', 'failed']);
export const Run = z.object({
  id: z.uuid(), kind: RunKind, cause: z.enum(['asked', 'scheduled', 'command-line']), state: RunState,
  askedBy: z.string().nullable(), askedAt: z.string(), startedAt: z.string().nullable(), endedAt: z.string().nullable(),
  node: z.string().nullable().describe('The machine that ran it'), file: z.string().nullable(), madeAt: z.string().nullable().describe('When the snapshot in it was taken'),
  bytes: z.number().nullable(), rows: z.number().nullable(), files: z.number().nullable().describe('Parts of stored files'), leaves: z.number().nullable().describe('Leaves of the ledger under its newest head'), sha256: z.string().nullable(), hasKeys: z.boolean(),
  provenAt: z.string().nullable().describe('When a restore of this backup was last proven'), rolledBack: z.number().nullable().describe('Leaves that a restore is known to have lost'),
  failure: z.string().nullable(), removedAt: z.string().nullable().describe('When it made room for newer ones'),
});
export type Run = z.infer<typeof Run>;

export const Setting = z.object({ isOn: z.boolean(), atHour: z.int().min(0).max(23), timeZone: z.string(), keep: z.int().min(2).max(366), proveEveryDays: z.int().min(1).max(7), version: z.int() });
export type Setting = z.infer<typeof Setting>;
const TimeZone = z.string().refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'Name a time zone such as Europe/Berlin.');

export const listRuns = endpoint({
  method: 'GET', path: '/runs', summary: 'Backups, their proofs and restores, the newest first', permission: 'platform:system',
  query: z.object({ after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(Run), next: z.string().nullable() }),
});
export const readBackupState = endpoint({
  method: 'GET', path: '/', summary: 'How backups stand: setting, folder, and since when no restore was proven', permission: 'platform:system',
  reply: z.object({
    setting: Setting, folder: z.string(), isSameDisk: z.boolean().describe('The backups lie on the disk that they are to stand in for'), isScheduled: z.boolean().describe('Never for a demonstration'),
    unprovenS: z.number(), isRed: z.boolean(), running: Run.nullable(), newest: Run.nullable().describe('The newest backup'), proven: Run.nullable().describe('The newest backup that was proven'),
  }),
});
export const changeBackupSetting = endpoint({
  method: 'PATCH', path: '/setting', summary: 'Say when backups are made, how many are kept, and how often one is proven', permission: 'platform:system',
  body: z.object({ isOn: z.boolean(), atHour: Setting.shape.atHour, timeZone: TimeZone, keep: Setting.shape.keep, proveEveryDays: Setting.shape.proveEveryDays }), reply: Setting,
});
export const askForBackup = endpoint({ method: 'POST', path: '/runs', summary: 'Back up now', permission: 'platform:system', status: 202, reply: Run });
export const askForProof = endpoint({ method: 'POST', path: '/runs/prove', summary: 'Prove the newest backup now: restore it into a scratch database, compare and verify', permission: 'platform:system', status: 202, reply: Run });
