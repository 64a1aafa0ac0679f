import type { Translation } from '#platform/web/messages.ts';
import type { t } from './messages.en.ts';

export const german: Translation<typeof t> = {
  'rights.offer.at-once': 'All das haben Sie dort selbst: die Rolle wird sofort gegeben.',
  'rights.offer.organisation': 'Über eine Rolle für die ganze Organisation entscheiden zwei. Jemand anderes, der dort Rollen geben darf, stimmt zu.',
  'rights.offer.two-people': 'Sie darf mehr, als Sie dort dürfen, darum stimmt eine andere Person zu, die dort Rollen gibt.',
  'rights.offer.lacking': 'Was Sie nicht dürfen:',
  'rights.offer.alone': 'Niemand sonst könnte jetzt entscheiden. Die Rolle wird sofort gegeben, als „allein“ bezeichnet und der nächsten Person gezeigt, die es könnte.',
  'rights.offer.barred': 'Nicht zu geben: {why}',
  'rights.offer.dynamic': 'Am selben Datensatz getrennt: {why}',
  'rights.offer.no-place': 'Dort geben Sie keine Rollen. Wählen Sie einen Ort in Ihrem Bereich.',
  'rights.propose': 'Vorschlagen',
  'rights.proposed': '{name} erhält diese Rolle, sobald eine andere Person zustimmt.',
  'rights.close': 'Schließen',
  'rights.approved-by': 'zugestimmt: {name}',
  'rights.alone': 'allein gegeben',
  'rights.decision': 'Entscheidung',
  'decision.grant': 'Rolle für eine Person',
  'decision.grant.site': '{person} erhält die Rolle {role} an {site} und darunter',
  'decision.grant.organisation': '{person} erhält die Rolle {role} für die ganze Organisation',
  'decision.grant.since': 'Ab',
  'decision.grant.until': 'Bis',
};
