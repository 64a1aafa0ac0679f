import type { Translation } from '#platform/web/messages.ts';
import type { t } from './messages.en.ts';

export const german: Translation<typeof t> = {
  'verify.do': 'Prüfen',
  'verify.title': 'Prüfung des ganzen Registers',
  'verify.what': 'Jeder Eintrag wird neu gelesen, neu gehasht und mit den signierten Köpfen verglichen, vom ersten bis jetzt. Es dauert etwa drei Sekunden je Million Einträge.',
  'verify.whole': 'unversehrt',
  'verify.broken': 'gebrochen',
  'verify.close': 'Schließen',
};
