import { messagesOf } from '#platform/web/messages.ts';

export const t = messagesOf({
  'rights.offer.at-once': 'You hold all of this there yourself: it is given at once.',
  'rights.offer.organisation': 'A role over the whole organisation is decided by two people. Another who may give roles there approves it.',
  'rights.offer.two-people': 'It may more than you may there, so another person who gives roles there approves it.',
  'rights.offer.lacking': 'What you may not:',
  'rights.offer.alone': 'Nobody else could decide it now. It is given at once, marked “alone”, and shown to the next who could.',
  'rights.offer.barred': 'Not to be given: {why}',
  'rights.offer.dynamic': 'Kept apart on one record: {why}',
  'rights.offer.no-place': 'You give no roles there. Choose a place within your own.',
  'rights.propose': 'Propose it',
  'rights.proposed': '{name} gets this role as soon as another person approves.',
  'rights.close': 'Close',
  'rights.approved-by': 'approved by {name}',
  'rights.alone': 'given alone',
  'rights.decision': 'Decision',
  'decision.grant': 'Role for a person',
  'decision.grant.site': 'Give {person} the role {role} at {site} and below',
  'decision.grant.organisation': 'Give {person} the role {role} over the whole organisation',
  'decision.grant.since': 'From',
  'decision.grant.until': 'Until',
});
