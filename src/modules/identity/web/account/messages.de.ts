import type { Translation } from '#platform/web/messages.ts';
import type { t } from './messages.en.ts';

export const german: Translation<typeof t> = {
  'identity.me.email.change': 'Adresse ändern',
  'identity.me.email.new': 'Neue Adresse',
  'identity.me.email.wrong': 'Schreiben Sie sie wie name@firma.example',
  'identity.me.email.what': 'Von jetzt an melden Sie sich damit an. Passwort und zweiter Faktor bleiben.',
  'identity.me.email.do': 'Ändern',
  'identity.me.email.done': 'Sie melden sich jetzt mit {email} an.',
  'identity.me.cancel': 'Abbrechen',

  'identity.session.seen': 'Zuletzt gesehen',
  'identity.session.seen.now': 'jetzt',
  'identity.session.end-others': 'Alle anderen beenden',
  'identity.session.end-others.what': 'Jeder andere Browser, in dem Sie angemeldet sind, fragt wieder nach Ihrem Passwort. Dieser macht weiter.',
  'identity.session.ended-others': { one: '{n} andere Sitzung ist beendet.', other: '{n} andere Sitzungen sind beendet.' },

  'identity.own-keys': 'Meine API-Schlüssel',
  'identity.own-keys.why': 'Ein eigener Schlüssel tut mit einer Ihrer Rollen, was ein Programm von Ihnen braucht. Er endet zu seiner Zeit, wenn Sie die Rolle verlieren oder wenn Sie ihn widerrufen, und steht hinter keiner Wand.',
  'identity.own-keys.none': 'Sie haben keinen.',
  'identity.own-keys.new': 'Schlüssel erzeugen',
  'identity.own-keys.until.missing': 'Sagen Sie, bis wann; höchstens ein Jahr',
  'identity.own-keys.made-by': 'erzeugt von {name}',
  'identity.own-keys.used': 'Zuletzt benutzt',
  'identity.own-keys.no-role': 'Sie haben keine Rolle, die ein Schlüssel nutzen könnte.',

  'identity.open-sessions': 'Sitzungen',
  'identity.open-sessions.why': 'Wer jetzt angemeldet ist. Eine Sitzung dauert höchstens 12 Stunden; wird sie beendet, ist der Browser sofort abgemeldet.',
  'identity.open-sessions.person': 'Wer',
  'identity.open-sessions.from': 'Von',
  'identity.open-sessions.with': 'Geöffnet mit',
  'identity.open-sessions.find': 'Person suchen',
  'identity.open-sessions.none': 'Niemand mit diesem Namen ist angemeldet.',
  'identity.open-sessions.clear': 'Wörter löschen',
  'identity.with.password': 'Passwort',
  'identity.with.single': 'Single Sign-on',
  'identity.with.passkey': 'Passkey',
  'identity.with.totp': 'App',
  'identity.with.recovery': 'Notfallcode',

  'identity.reset': 'Neues Passwort',
  'identity.reset.why': 'Wählen Sie ein Passwort, das sonst niemand kennt. Offene Sitzungen enden; nach einem zweiten Faktor wird gefragt wie bisher.',
  'identity.reset.no-link': 'Diese Seite braucht den Link, den die Verwaltung für Sie erzeugt hat. Öffnen Sie sie von dort.',
  'identity.reset.do': 'Passwort setzen',
  'identity.reset.done': 'Das Passwort ist gesetzt. Melden Sie sich als {email} an.',
  'identity.reset.to-sign-in': 'Anmelden',
};
