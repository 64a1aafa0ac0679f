import type { Rationale } from '../../rationale-contract.ts';
import css from './register.module.css';
import { t } from './messages.en.ts';

/** Cause, consequence and response of a type, with how long acting helps and who stands for it. */
export function EntryFacts({ entry: { cause, consequence, response, withinMin, owner, reviewOn, writtenBy, approvedBy, isAlone }, isShort = false }: { entry: Rationale; isShort?: boolean }) {
  return (
    <>
      <dl className={css.facts}>
        <dt>{t('register.response')}</dt><dd className="strong">{response}</dd>
        <dt>{t('register.within')}</dt><dd>{t('register.within.min', { n: withinMin })}</dd>
        <dt>{t('register.consequence')}</dt><dd>{consequence}</dd>
        <dt>{t('register.cause')}</dt><dd>{cause}</dd>
        {!isShort && <><dt>{t('register.review')}</dt><dd>{reviewOn}</dd></>}
      </dl>
      {!isShort && <p className="t2 small">{[t('register.owner', { name: owner.name }), t('register.written', { name: writtenBy.name }), approvedBy && `${t('register.approved', { name: approvedBy.name })}${isAlone ? ` (${t('register.alone')})` : ''}`].filter(Boolean).join(' · ')}</p>}
    </>
  );
}
