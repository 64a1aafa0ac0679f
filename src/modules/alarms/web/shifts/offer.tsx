import { useMe } from '#platform/web/session.tsx';
import type { Offered } from '../../shift-contract.ts';
import { shortName } from '../words.ts';
import { useDuty } from './duty-bar.tsx';
import { t } from './messages.en.ts';

const NONE: ReadonlyMap<string, Offered> = new Map();

/** To whom alarms that nobody holds are offered, by alarm. */
export function useOffers(): ReadonlyMap<string, Offered> {
  const { data } = useDuty();
  return data && data.offers.length > 0 ? new Map(data.offers.map((offer) => [offer.alarmId, offer])) : NONE;
}

/** To whom, in the words of a row. */
export const offerWords = (offer: Offered, me: string): string => (offer.personId === me ? t('offer.you') : t('offer.to', { name: shortName(offer.name) }));

/** To whom an alarm is offered, and why them. */
export function OfferLine({ alarmId }: { alarmId: string }) {
  const me = useMe().personId;
  const offer = useOffers().get(alarmId);
  if (!offer) return null;
  const { open, among, name } = offer;
  return <span className="t2">{offer.personId === me ? t('offer.you.why', { open, among }) : t('offer.to.why', { name, open, among })}</span>;
}
