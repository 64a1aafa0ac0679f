export { createAccount, findAccount, organisationOf, resetPassword, setSignIn, signInOf } from './accounts.service.ts';
export { changeState } from './states.service.ts';
