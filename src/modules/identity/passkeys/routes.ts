import { type Route, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as passkeys from './passkeys.service.ts';
import * as signIn from './sign-in.service.ts';

export const passkeyRoutes: readonly Route[] = [
  serve(contract.askPasskeyAtSignIn, signIn.askPasskeyAtSignIn),
  serve(contract.signInByPasskey, signIn.signInByPasskey),
  serve(contract.offerPasskeyAtSignIn, signIn.offerPasskeyAtSignIn),
  serve(contract.addPasskeyAtSignIn, signIn.addPasskeyAtSignIn),
  serve(contract.askPasskeyToConfirm, passkeys.askPasskeyToConfirm),
  serve(contract.confirmByPasskey, passkeys.confirmByPasskey),
  serve(contract.offerPasskey, passkeys.offerPasskey),
  serve(contract.addPasskey, passkeys.addPasskey),
  serve(contract.renamePasskey, passkeys.renamePasskey),
  serve(contract.removePasskey, passkeys.removePasskey),
];
