import { Panel } from '#ui/record-page.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { differences } from '../../correlation-rules.ts';
import type { Rule, RuleVersion } from '../../rule-contract.ts';
import { t } from './messages.en.ts';
import css from './rules.module.css';
import { useTypes } from './types.ts';
import { fieldWords, FILL } from './words.ts';

/** Every version, the latest first: who wrote it, who put it into force and why, and what it says otherwise than the one before. */
export const Versions = ({ rule }: { rule: Rule }) => (
  <Panel title={t('rules.versions')}>
    <ul className={css.list} aria-label={t('rules.versions.list')}>
      {rule.versions.map((version, i) => <Version key={version.id} version={version} before={rule.versions[i + 1]} />)}
    </ul>
  </Panel>
);

function Version({ version, before }: { version: RuleVersion; before: RuleVersion | undefined }) {
  const { n, state, writtenBy, writtenAt, activatedBy, activatedAt, activatedWhy, isAlone, retiredBy, retiredAt, retiredWhy, holdsFrom, holdsUntil } = version;
  return (
    <li className={css.row}>
      <span className={css.line}><b className="strong">{t('rules.version.n', { n })}</b> <State fill={FILL[state]}>{t(`rules.state.${state}`)}</State></span>
      <span className={css.line}>{t('rules.written', { name: writtenBy.name })} <TwoTimes at={writtenAt} /></span>
      {activatedAt && <span className={css.line}>{t('rules.activated', { name: activatedBy?.name ?? '' })} <TwoTimes at={activatedAt} /> {isAlone && <span className="t2">{t('rules.alone')}</span>} <span className="t2">{activatedWhy}</span></span>}
      {retiredAt && <span className={css.line}>{t('rules.retired', { name: retiredBy?.name ?? '' })} <TwoTimes at={retiredAt} /> <span className="t2">{retiredWhy}</span></span>}
      {state === 'active' && holdsFrom === null && <span className="t2">{t('rules.taking-up')}</span>}
      {holdsFrom && <span className={`${css.line} t2`}>{t('rules.holds.from')} <TwoTimes at={holdsFrom} seconds /> {holdsUntil && <>{t('rules.holds.until')} <TwoTimes at={holdsUntil} seconds /></>}</span>}
      {before && <Differs version={version} before={before} />}
    </li>
  );
}

function Differs({ version, before }: { version: RuleVersion; before: RuleVersion }) {
  const { titleOf } = useTypes();
  const rows = differences(before.definition, version.definition);
  if (rows.length === 0) return <span className="t2 small">{t('rules.differs.none', { n: before.n })}</span>;
  return (
    <table className={css.table}>
      <caption className="unseen">{t('rules.differs', { n: before.n })}</caption>
      <thead><tr><th scope="col">{t('rules.differs.what')}</th><th scope="col">{t('rules.differs.before', { n: before.n })}</th><th scope="col">{t('rules.version.n', { n: version.n })}</th></tr></thead>
      <tbody>{rows.map(({ field, before: was, after }) => <tr key={field}><th scope="row">{t(`rules.field.${field}`)}</th><td className="t2">{fieldWords(field, was, titleOf)}</td><td>{fieldWords(field, after, titleOf)}</td></tr>)}</tbody>
    </table>
  );
}
