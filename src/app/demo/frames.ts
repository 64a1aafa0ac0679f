import type { PlanFrame } from './plan.ts';

/**
 * What a panel says of a code at a point. A code of four digits is Contact ID, qualifier first (`1131`); all others are SIA DC-03.
 * Number 0 is none. The name goes with DC-03 only, and in plain letters, as frames carry bytes.
 */
export function frameOf(account: string, code: string, point: { number: string; name: string }, area: string | null): PlanFrame {
  if (/^\d{4}$/.test(code)) return { account, token: 'ADM-CID', data: `${code} ${(area ?? '1').padStart(2, '0')} ${point.number.padStart(3, '0')}` };
  const number = point.number === '0' ? '' : point.number;
  const name = point.name === '' || number === '' ? '' : `^${point.name.replaceAll(/[^\x20-\x7e]|[[\]^|]/g, ' ')}^`;
  return { account, token: 'SIA-DCS', data: `Nri${area ?? '1'}/${code}${number}${name}` };
}
