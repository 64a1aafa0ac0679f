import { messagesOf } from '#platform/web/messages.ts';

/** Apart from the screens: decisions are named wherever they stand, before any page of ours is loaded. */
export const t = messagesOf({
  'incidents.decision.custodian': 'Custodian of a wall',
  'incidents.decision.custodian.sentence': 'End {person} as custodian of the wall of {number}; {successor} keeps it from then on',
  'incidents.decision.review': 'Finish of an after-action review',
  'incidents.decision.review.sentence': 'Finish the review of {number}, with {observations} observations and {actions} corrective actions; then it is frozen',
});
