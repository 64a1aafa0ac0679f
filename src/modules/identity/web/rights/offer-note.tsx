import type { Offer } from '../../rights-contract.ts';
import { t } from './messages.en.ts';

type OfferNoteProps = { offer: Offer | undefined; mayGive: boolean; isAlone: boolean; isOverAll: boolean };

/** Before it is given: at once, by two people, alone, or not at all, and why. */
export function OfferNote({ offer, mayGive, isAlone, isOverAll }: OfferNoteProps) {
  if (!mayGive) return <p className="t2" role="status">{t('rights.offer.no-place')}</p>;
  if (!offer) return null;
  const barred = offer.keptApart.find(({ kind }) => kind === 'static');
  if (barred) return <p className="strong" role="alert">{t('rights.offer.barred', { why: barred.why })}</p>;
  return (
    <div role="status" style={{ display: 'grid', gap: 6 }}>
      {offer.how === 'at-once' ? <p className="t2">{t('rights.offer.at-once')}</p> : <p className="t2">{t(isAlone ? 'rights.offer.alone' : isOverAll ? 'rights.offer.organisation' : 'rights.offer.two-people')}</p>}
      {offer.how === 'two-people' && !isOverAll && offer.lacking.length > 0 && <p className="t2 small">{t('rights.offer.lacking')} {offer.lacking.map(({ title }) => title).join('; ')}.</p>}
      {offer.keptApart.map(({ key, why }) => <p key={key} className="t2 small">{t('rights.offer.dynamic', { why })}</p>)}
    </div>
  );
}
