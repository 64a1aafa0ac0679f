import type { Retained } from './port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'ledger.text', title: 'Texts of the ledger', class: 'ledger-texts', purposes: ['accountability'], goes: 'Names and narratives that an entry holds as salted hashes; entry, leaf and hash stay, and the whole verifies as before.',
    facts: 'retention.text_facts', removal: { due: 'retention.texts_due', remove: 'retention.remove_texts' },
  }],
  hanging: [],
};
