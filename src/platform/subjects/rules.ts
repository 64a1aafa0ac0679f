/** What may be done with a request. */
export type Move = 'identity' | 'assign' | 'extend' | 'look' | 'pack' | 'fetch' | 'propose' | 'approve' | 'continue' | 'answer' | 'refuse' | 'withdraw';
type Place = { kind: 'access' | 'erasure'; state: string; isExtended: boolean };

const OPEN = ['received', 'checked', 'shown'];

/** The state after a move, or null where it is not one of this place. */
export function stateAfter({ kind, state, isExtended }: Place, move: Move): string | null {
  switch (move) {
    case 'identity': return state === 'received' ? 'checked' : null;
    case 'assign': return OPEN.includes(state) ? state : null;
    case 'extend': return OPEN.includes(state) && !isExtended ? state : null;
    case 'look': return state === 'checked' || state === 'shown' ? state : null;
    case 'pack': return kind === 'access' && state === 'shown' ? state : null;
    case 'fetch': return kind === 'access' && ['shown', 'answered'].includes(state) ? state : null;
    case 'propose': return kind === 'erasure' && state === 'shown' ? state : null;
    case 'approve': return kind === 'erasure' && state === 'shown' ? 'approved' : null;
    case 'continue': return state === 'approved' ? state : null;
    case 'answer': return kind === 'access' && state === 'shown' ? 'answered' : null;
    case 'refuse': return OPEN.includes(state) ? 'refused' : null;
    case 'withdraw': return OPEN.includes(state) ? 'withdrawn' : null;
  }
}
