export { createAccount, findAccount, organisationOf, resetPassword, setSignIn, signInOf } from './accounts.service.ts';
export { changeState } from './states.service.ts';
export { handedOverOf, openWorkOf, settleDue } from './handover.service.ts';
export { moveRights, movingFacts, needsTwoPeople } from './moves.service.ts';
export { type HandedOver, openWork, type OpenItem } from './open-work.ts';
export { factorsSeen, resetFactors } from './factors/reset.service.ts';
export { makeResetLink } from './recovery/reset-link.service.ts';
export { endSessionsOfPerson, sessionsOf } from './sessions/open-sessions.service.ts';
export { requireFreshProof, requireFreshSecondFactor } from './sign-in/proof.ts';
