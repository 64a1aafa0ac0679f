import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const NewPassword = z.string().min(12, 'Use at least 12 characters').max(200);

export const resetByLink = endpoint({
  method: 'POST', path: '/reset', summary: 'Set a new password with a link that an administrator made; it holds once, for a day', permission: 'public',
  body: z.object({ token: z.string().min(1).max(200), password: NewPassword }), reply: z.object({ email: z.string() }),
});
export const changeEmail = endpoint({
  method: 'POST', path: '/email', summary: 'Change the address that I sign in with', permission: 'signed-in',
  body: z.object({ email: z.email('Write it like name@company.example').max(200) }), reply: z.object({ email: z.string() }),
});
