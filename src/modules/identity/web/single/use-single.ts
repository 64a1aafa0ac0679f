import { useSend } from '#platform/web/query.ts';
import { beginLink, beginSingleSignOn } from '../../contract.ts';

type Leaving = { leave: (providerId: string, to?: string) => Promise<void>; isBusy: boolean; fault: string | undefined; code: string | undefined };

/** Begins to sign in with a provider, and goes there. */
export function useSingleSignOn(): Leaving {
  const { send, isBusy, problem } = useSend('identity', beginSingleSignOn);
  return { leave: async (providerId, to = '/') => location.assign((await send({ providerId, to })).url), isBusy, fault: problem?.detail, code: problem?.code };
}

/** The same to link the provider with who is signed in. */
export function useLinking(): Leaving {
  const { send, isBusy, problem } = useSend('identity', beginLink);
  return { leave: async (providerId) => location.assign((await send({ providerId })).url), isBusy, fault: problem?.detail, code: problem?.code };
}
