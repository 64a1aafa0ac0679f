import { useState } from 'react';
import type { Endpoint, Reply } from '#platform/kernel/contract.ts';
import { useSend } from '#platform/web/query.ts';
import { addPasskey, addPasskeyAtSignIn, askPasskeyAtSignIn, askPasskeyToConfirm, confirmByPasskey, offerPasskey, offerPasskeyAtSignIn, signInByPasskey } from '../../contract.ts';
import { makePasskey, refusalWords, usePasskey } from './ceremony.ts';

type Ceremony<Args extends unknown[], T> = { run: (...args: Args) => Promise<T>; isBusy: boolean; fault: string | undefined; code: string | undefined };

/** Keeps what came of a ceremony of the browser: while it is under way, and why it was refused, by the browser or the server. */
function useCeremony<Args extends unknown[], T>(sends: readonly { isBusy: boolean; problem: { detail: string; code: string } | null }[], work: (...args: Args) => Promise<T>): Ceremony<Args, T> {
  const [isUnderWay, setUnderWay] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const run = async (...args: Args): Promise<T> => {
    setUnderWay(true);
    setRefusal(undefined);
    try {
      return await work(...args);
    } catch (error) {
      setRefusal(refusalWords(error) ?? undefined);
      throw error;
    } finally {
      setUnderWay(false);
    }
  };
  const problem = sends.find((one) => one.problem)?.problem;
  return { run, isBusy: isUnderWay, fault: isUnderWay ? undefined : (refusal ?? problem?.detail), code: problem?.code };
}

/** Signs in with a passkey, alone or after a password. */
export function usePasskeySignIn(): Ceremony<[], Reply<typeof signInByPasskey>> {
  const asking = useSend('identity', askPasskeyAtSignIn);
  const answering = useSend('identity', signInByPasskey);
  return useCeremony([answering, asking], async () => answering.send(await usePasskey(await asking.send({}))));
}

/** Proves by a passkey who sits there. */
export function usePasskeyProof(): Ceremony<[], Reply<typeof confirmByPasskey>> {
  const asking = useSend('identity', askPasskeyToConfirm);
  const answering = useSend('identity', confirmByPasskey);
  return useCeremony([answering, asking], async () => answering.send(await usePasskey(await asking.send({}))));
}

type Adding<E extends Endpoint> = Ceremony<[name: string], Reply<E>>;

/** Makes a passkey and keeps it, under My account. */
export function usePasskeyAdding(): Adding<typeof addPasskey> {
  const offering = useSend('identity', offerPasskey);
  const adding = useSend('identity', addPasskey);
  return useCeremony([adding, offering], async (name: string) => adding.send(await makePasskey(await offering.send({}), name)));
}

/** The same within a sign-in. */
export function usePasskeyEnrolment(): Adding<typeof addPasskeyAtSignIn> {
  const offering = useSend('identity', offerPasskeyAtSignIn);
  const adding = useSend('identity', addPasskeyAtSignIn);
  return useCeremony([adding, offering], async (name: string) => adding.send(await makePasskey(await offering.send({}), name)));
}
