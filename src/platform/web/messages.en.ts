import { messagesOf } from './messages.ts';

/** What the browser itself says of a call that brought no answer in words. */
export const t = messagesOf({
  'call.unreachable': 'The server does not answer. Check your connection, or try again in a moment.',
  'call.unreachable.written': 'The server does not answer. Nothing was lost: what you wrote is still here.',
  'call.no-reason': 'The server answered {status} without a reason. Try again in a moment.',
  'call.unread': 'This page could not read the answer. Load it again.',
});
