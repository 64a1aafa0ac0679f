export { changeState, createAccount, findAccount, resetPassword, setSignIn, signInOf } from './accounts.service.ts';
