import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

export const BreakerState = z.enum(['closed', 'half-open', 'open']);

export const Target = z.object({
  origin: z.string(), purpose: z.string(), lastAt: z.string(),
  result: z.string().describe('answered, or why nothing came of it'),
  status: z.number().int().nullable(), tookMs: z.number().int(), answered: z.number().int(), failed: z.number().int(),
  inRow: z.number().int().describe('Failures in a row'), breaker: BreakerState, openUntil: z.string().nullable(),
});
export type Target = z.infer<typeof Target>;

export const Allowance = z.object({ id: z.uuid(), range: z.string(), port: z.number().int().nullable(), reason: z.string(), madeAt: z.string(), madeBy: z.string() });
export type Allowance = z.infer<typeof Allowance>;

const Reason = z.string().trim().min(3, 'Say why').max(400);

export const listTargets = endpoint({ method: 'GET', path: '/targets', summary: 'Outgoing targets: when asked last, what came of it, and whether they rest', permission: 'platform:system', reply: z.object({ items: z.array(Target) }) });
export const listAllowances = endpoint({ method: 'GET', path: '/allowances', summary: 'Blocks of addresses inside that outgoing connections may reach', permission: 'platform:system', reply: z.object({ items: z.array(Allowance) }) });
export const addAllowance = endpoint({
  method: 'POST', path: '/allowances', summary: 'Let outgoing connections reach a block of addresses inside', permission: 'platform:system', status: 201,
  body: z.object({ range: z.string().trim().max(60).describe('CIDR, such as 10.20.0.0/16'), port: z.number().int().min(1).max(65_535).nullable().default(null), reason: Reason }),
  reply: z.object({ id: z.uuid() }),
});
export const endAllowance = endpoint({ method: 'POST', path: '/allowances/:id/end', summary: 'Let outgoing connections reach a block no more', permission: 'platform:system', params: z.object({ id: z.uuid() }), body: z.object({ reason: Reason }), reply: z.object({ id: z.uuid() }) });
