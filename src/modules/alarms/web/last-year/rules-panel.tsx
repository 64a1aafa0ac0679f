import { Link } from '#platform/web/navigation.tsx';
import { useMay } from '#platform/web/session.tsx';
import { Empty } from '#ui/states.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Tag } from '#ui/tag.tsx';
import type { Answer } from '../../past-contract.ts';
import { draftAddress } from './draft-link.ts';
import css from './last-year.module.css';
import { t } from './messages.en.ts';
import { type Each, moneyOf } from './money.tsx';

/** What the best three rules would have saved, each beside what it would have held of the true alarms. */
export function RulesPanel({ name, answer, each }: { name: string; answer: Answer; each: Each | null }) {
  const { rules, counts, tried, untyped, vital } = answer;
  const all = rules.reduce((sum, { saves }) => sum + saves, 0);
  return (
    <Panel title={t('past.rules')} note={rules.length > 0 ? [t('past.rules.all', { n: all, all: counts.false }), moneyOf(each, all)].filter(Boolean).join(', ') : undefined}>
      <p className={`${css.text} t2 small`}>{t('past.rules.definition', { tried, untyped, vital })} {t('past.rules.not-tried')}</p>
      {rules.length === 0 ? <Empty>{t('past.rules.none')}</Empty> : <ol className={css.rules}>{rules.map((rule) => <OneRule key={rule.name} rule={rule} analysis={name} all={counts.false} each={each} />)}</ol>}
    </Panel>
  );
}

function OneRule({ rule, analysis, all, each }: { rule: Answer['rules'][number]; analysis: string; all: number; each: Each | null }) {
  const { name, definition, saves, alone, unknown, holdsTrue } = rule;
  const mayWrite = useMay('alarms:rules');
  return (
    <li>
      <h3>{name}</h3>
      <p><b className="strong">{t('past.rules.saves', { n: saves })}</b>{each && <> · <b className="strong">{moneyOf(each, saves)}</b></>} · {t('past.rules.percent', { n: all === 0 ? 0 : Math.round((saves / all) * 100) })}</p>
      {alone > saves && <p className="t2">{t('past.rules.alone', { n: alone })}</p>}
      {unknown > 0 && <p className="t2">{t('past.rules.unknown', { n: unknown })}</p>}
      {holdsTrue === 0 ? <p><Tag look="ok" icon="check">{t('past.rules.clean')}</Tag></p> : <TrueOnes rule={rule} />}
      {mayWrite && <p><Link to={draftAddress(name, t('past.draft.why', { n: saves, name: analysis }), definition)} aria-label={t('past.rules.draft.of', { name })}>{t('past.rules.draft')}</Link></p>}
    </li>
  );
}

const TrueOnes = ({ rule: { holdsTrue, trueOnes } }: { rule: Answer['rules'][number] }) => (
  <div>
    <p><Tag look="p1" icon="warning">{t(holdsTrue === 1 ? 'past.rules.true.one' : 'past.rules.true', { n: holdsTrue })}</Tag></p>
    <ul className={css.trueOnes}>
      {trueOnes.map(({ at, device, site, title }) => <li key={`${at} ${device}`}><span className="mono">{t('past.preview.utc', { time: at.slice(0, 19).replace('T', ' ') })}</span> <b>{title}</b> {[device, site].filter(Boolean).join(', ')}</li>)}
      {holdsTrue > trueOnes.length && <li>{t('past.rules.true.more', { n: holdsTrue - trueOnes.length })}</li>}
    </ul>
  </div>
);
