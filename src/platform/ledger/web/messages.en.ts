import { messagesOf } from '#platform/web/messages.ts';

export const t = messagesOf({
  'ledger.prove': 'Prove this',
  'ledger.prove.record': 'Prove all of it',
  'ledger.prove.of': 'Prove this: {what}',
  'ledger.prove.saved': { one: '{n} entry with its proof was saved as {file}. Anybody can check it: parapet verify-bundle, or verify.py.', other: '{n} entries with their proofs were saved as {file}. Anybody can check it: parapet verify-bundle, or verify.py.' },
  'ledger.prove.none': 'The ledger has nothing of this that you may see, or it is not sealed yet. What was just written is sealed within two seconds.',
  'ledger.further.none': 'Nothing fits among the newest leaves. A filter like this looks at 100,000 at once.',
  'ledger.further': 'Look further back',
  'ledger.witnesses': 'Witnesses',
  'ledger.witnesses.none': 'Nobody else is told the signed heads. Whoever holds this machine could write the ledger anew, and nothing would show it. The variable PARAPET_WITNESSES names a folder or a syslog server elsewhere.',
  'ledger.witnesses.0': 'none',
  'ledger.witnesses.told': { one: '{n} is told', other: '{n} are told' },
  'ledger.witnesses.failing': { one: '{n} is not reached', other: '{n} are not reached' },
  'ledger.witness.on': 'of {node}',
  'ledger.witness.told': 'told',
  'ledger.witness.never': 'never told yet',
  'ledger.witness.failing': 'not reached',
  'ledger.witness.silent': 'no longer tried',
  'ledger.witness.since': 'since',
  'ledger.witness.upto': 'up to leaf {n}',
  'ledger.witness.behind': { one: '{n} leaf behind', other: '{n} leaves behind' },
});
