import type { Translation } from '#platform/web/messages.ts';
import type { t } from './messages.en.ts';

export const german: Translation<typeof t> = {
  'page./see-as': 'Sehen als',
  'see-as': 'Sehen als',
  'see-as.form': 'Mit den Rechten anderer sehen',
  'see-as.what': 'In diesem Browser sehen Sie, was die andere Seite sehen darf, soweit auch Sie es dürfen. Nichts kann geändert werden, nichts Eigenes von ihr wird gezeigt (Mitteilungen, Sitzungen, Schlüssel) und nichts hinter einer Wand, wer auch immer dahinter steht. Beginn und Ende kommen ins Register.',
  'see-as.whom': 'Wessen Rechte',
  'see-as.whom.role': 'Eine Rolle',
  'see-as.whom.person': 'Eine Person mit ihren jetzigen Rollen',
  'see-as.role': 'Rolle',
  'see-as.role.missing': 'Wählen Sie eine Rolle',
  'see-as.where': 'Wo',
  'see-as.where.organisation': 'Die ganze Organisation',
  'see-as.where.site': 'Ein Standort und alles darunter',
  'see-as.site': 'Standort',
  'see-as.site.missing': 'Wählen Sie einen Standort',
  'see-as.person': 'Person',
  'see-as.person.missing': 'Wählen Sie eine Person',
  'see-as.minutes': 'Wie lange höchstens',
  'see-as.minutes.of': { one: '{n} Minute', other: '{n} Minuten' },
  'see-as.begin': 'Sehen als',
  'see-as.now': 'Sie sehen als {title}.',
  'see-as.now.at': 'Sie sehen als {title} an {place}.',
  'see-as.now.more': 'Soweit Sie es selbst dürfen. Nichts kann geändert werden; nichts hinter einer Wand wird gezeigt.',
  'see-as.until': 'Bis',
  'see-as.end': 'Wieder als Sie selbst sehen',
};
