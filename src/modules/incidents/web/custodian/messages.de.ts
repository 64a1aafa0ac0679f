import type { Translation } from '#platform/web/messages.ts';
import type { t } from './messages.en.ts';

export const german: Translation<typeof t> = {
  'incidents.decision.custodian': 'Hüten einer Wand',
  'incidents.decision.custodian.sentence': '{person} hütet die Wand von {number} nicht mehr; von da an hütet sie {successor}',
  'incidents.decision.review': 'Abschluss einer Nachbereitung',
  'incidents.decision.review.sentence': 'Die Nachbereitung von {number} mit {observations} Beobachtungen und {actions} Maßnahmen abschließen; danach steht sie fest',
};
