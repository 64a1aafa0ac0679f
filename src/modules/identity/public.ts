export { changeState, createAccount, findAccount, organisationOf, resetPassword, setSignIn, signInOf } from './accounts.service.ts';
