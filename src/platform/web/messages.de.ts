import type { t } from './messages.en.ts';
import type { Translation } from './messages.ts';

export const german: Translation<typeof t> = {
  'call.unreachable': 'Der Server antwortet nicht. Prüfen Sie Ihre Verbindung, oder versuchen Sie es gleich noch einmal.',
  'call.unreachable.written': 'Der Server antwortet nicht. Nichts ging verloren: was Sie schrieben, ist noch da.',
  'call.no-reason': 'Der Server antwortete {status} ohne Grund. Versuchen Sie es gleich noch einmal.',
  'call.unread': 'Diese Seite konnte die Antwort nicht lesen. Laden Sie sie neu.',
};
