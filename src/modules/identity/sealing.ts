import * as sealing from '#platform/sealing/sealing.ts';

const NAME = 'sign-in.key';
const DAMAGED = 'The key of the second factors is damaged. Restore keys/sign-in.key from your backup; without it people need new ones.';

/** Opens `sign-in.key` in a folder of keys, or makes it at the first use. Throws Fault where it is damaged. */
export const openSignInKey = (folder: string): sealing.Sealer => sealing.openSealer(folder, NAME, DAMAGED);

/** The sealer of sign-in of the organisation that this process serves. */
export const ownSealer = (): sealing.Sealer => sealing.ownSealer(NAME, DAMAGED);
