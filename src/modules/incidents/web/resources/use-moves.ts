import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { assignResource, checkInResource, orderResource, planRelease, releaseResource, type Resource, sendResource, stageResource, takeOutOfService } from '../../resource-contract.ts';
import { RESOURCE_MOVES, type ResourceVerb } from '../../resource-rules.ts';
import { t } from './messages.en.ts';

/** Verbs that need words beside the card. */
export const ASKS: ReadonlySet<ResourceVerb> = new Set(['check-in', 'assign', 'out-of-service', 'release']);

export type Said = { to?: string; place?: string; reason?: string; destination?: string; departedFrom?: string; travel?: string; contact?: string; leader?: string; at?: string };

/** Sends the verbs of a board. */
export function useMoves(incidentId: string) {
  const sends = {
    order: useSend('incidents', orderResource), send: useSend('incidents', sendResource), 'check-in': useSend('incidents', checkInResource), stage: useSend('incidents', stageResource), assign: useSend('incidents', assignResource),
    'out-of-service': useSend('incidents', takeOutOfService), 'plan-release': useSend('incidents', planRelease), release: useSend('incidents', releaseResource),
  };
  const move = async (card: Resource, verb: ResourceVerb, { to = '', place, reason = '', destination = '', departedFrom, travel, contact, leader, at }: Said = {}): Promise<void> => {
    const of = { id: incidentId, rowId: card.id, ...(at !== undefined && { at }) };
    const where = { ...(place && { place }) };
    if (verb === 'assign') await sends.assign.send({ ...of, to, ...where });
    else if (verb === 'out-of-service') await sends['out-of-service'].send({ ...of, reason });
    else if (verb === 'release') await sends.release.send({ ...of, destination });
    else if (verb === 'check-in') await sends['check-in'].send({ ...of, ...where, ...(departedFrom && { departedFrom }), ...(travel && { travel }), ...(contact && { contact }), ...(leader && { leader }) });
    else await sends[verb].send(of);
    announce(t('cards.said.moved', { name: card.name, state: t(`cards.state.${RESOURCE_MOVES[verb].to}`) }));
  };
  const all = Object.values(sends);
  return { move, isBusy: all.some(({ isBusy }) => isBusy), problem: all.find(({ problem }) => problem)?.problem ?? null, forget: () => all.forEach(({ forget }) => forget()) };
}
export type Moves = ReturnType<typeof useMoves>;
