import type { Translation } from '#platform/web/messages.ts';
import type { t } from './messages.en.ts';

export const german: Translation<typeof t> = {
  'ledger.prove': 'Beweisen',
  'ledger.prove.record': 'Alles davon beweisen',
  'ledger.prove.of': 'Beweisen: {what}',
  'ledger.prove.saved': { one: '{n} Eintrag mit seinem Beweis wurde als {file} gespeichert. Jeder kann ihn prüfen: parapet verify-bundle oder verify.py.', other: '{n} Einträge mit ihren Beweisen wurden als {file} gespeichert. Jeder kann sie prüfen: parapet verify-bundle oder verify.py.' },
  'ledger.prove.none': 'Das Register hat davon nichts, das Sie sehen dürfen, oder es ist noch nicht besiegelt. Was eben geschrieben wurde, ist binnen zwei Sekunden besiegelt.',
  'ledger.further.none': 'Unter den neuesten Blättern passt nichts. Ein solcher Filter sieht 100.000 auf einmal an.',
  'ledger.further': 'Weiter zurück suchen',
  'ledger.witnesses': 'Zeugen',
  'ledger.witnesses.none': 'Niemand sonst erfährt die signierten Köpfe. Wer diese Maschine hat, könnte das Register neu schreiben, und nichts zeigte es. Die Variable PARAPET_WITNESSES nennt einen Ordner oder Syslog-Server anderswo.',
  'ledger.witnesses.0': 'keine',
  'ledger.witnesses.told': { one: '{n} erfährt sie', other: '{n} erfahren sie' },
  'ledger.witnesses.failing': { one: '{n} nicht erreicht', other: '{n} nicht erreicht' },
  'ledger.witness.on': 'von {node}',
  'ledger.witness.told': 'unterrichtet',
  'ledger.witness.never': 'noch nie unterrichtet',
  'ledger.witness.failing': 'nicht erreicht',
  'ledger.witness.silent': 'nicht mehr versucht',
  'ledger.witness.since': 'seit',
  'ledger.witness.upto': 'bis Blatt {n}',
  'ledger.witness.behind': { one: '{n} Blatt zurück', other: '{n} Blätter zurück' },
};
