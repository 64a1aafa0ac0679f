import { messagesOf } from '#platform/web/messages.ts';

export const t = messagesOf({
  'verify.do': 'Verify',
  'verify.title': 'Verification of the whole ledger',
  'verify.what': 'Every entry is read again, hashed again and held against the signed heads, from the first to now. It takes about three seconds a million entries.',
  'verify.whole': 'whole',
  'verify.broken': 'broken',
  'verify.close': 'Close',
});
