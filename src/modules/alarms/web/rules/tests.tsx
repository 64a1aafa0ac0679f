import { useState } from 'react';
import { JobProgress } from '#platform/jobs/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary, SelectField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { FEWEST_DAYS, MOST_DAYS, raisesOwn } from '../../correlation-rules.ts';
import { type BackTest, type Rule, type RuleVersion, startBackTest } from '../../rule-contract.ts';
import { t } from './messages.en.ts';
import css from './rules.module.css';

const DAY_MS = 86_400_000;
const DAYS = [1, FEWEST_DAYS, 14, MOST_DAYS] as const;

const daysOf = ({ from, until }: BackTest): number => Math.round((Date.parse(until) - Date.parse(from)) / DAY_MS);

/** The latest test with which this version may be put into force. */
export const fitsToActivate = ({ backTests }: Rule, versionId: string): BackTest | undefined => backTests.find((test) => test.versionId === versionId && test.isWhole && !test.isCut && daysOf(test) >= FEWEST_DAYS);

/** What a test found, in words. */
export function testWords(test: BackTest, isHeld: boolean): string {
  return `${t('rules.tests.days.n', { n: daysOf(test) })}: ${t(isHeld ? 'rules.tests.holds' : 'rules.tests.raises', { n: test.found })} ${t('rules.tests.of', { n: test.signals })}`;
}

type TestsProps = { rule: Rule; version: RuleVersion; shown: string | undefined; onShow: (id: string | undefined) => void };

/** What versions of this rule were tried on, and trying the latest again, with its progress. */
export function Tests({ rule, version, shown, onShow }: TestsProps) {
  return (
    <Panel title={t('rules.tests')}>
      {rule.mayWrite && version.state !== 'retired' && <Start rule={rule} version={version} onDone={onShow} />}
      {rule.backTests.length === 0 ? <p className={`${css.text} t2`}>{t('rules.tests.none')}</p> : (
        <ul className={css.list} aria-label={t('rules.tests.list')}>{rule.backTests.map((test) => <Test key={test.id} rule={rule} test={test} isShown={shown === test.id} onShow={onShow} />)}</ul>
      )}
    </Panel>
  );
}

function Start({ rule, version, onDone }: { rule: Rule; version: RuleVersion; onDone: (id: string | undefined) => void }) {
  const { send, isBusy, problem } = useSend('alarms', startBackTest);
  const [days, setDays] = useState(String(FEWEST_DAYS));
  const [jobId, setJobId] = useState<string | null>(null);
  const start = async (): Promise<void> => setJobId((await send({ id: rule.id, versionId: version.id, days: Number(days) })).jobId);
  return (
    <div className={css.start}>
      {problem && <FaultSummary faults={[]} detail={problem.detail} />}
      <SelectField label={t('rules.tests.days')} value={days} onValue={setDays} choices={DAYS.map((n) => ({ value: String(n), title: t('rules.tests.days.n', { n }) }))} />
      <Button isBusy={isBusy} onClick={() => void start().catch(() => undefined)}>{t('rules.tests.start', { n: version.n })}</Button>
      {jobId !== null && <JobProgress key={jobId} id={jobId} onDone={(result) => onDone((result as { backTestId: string }).backTestId)} />}
    </div>
  );
}

function Test({ rule, test, isShown, onShow }: { rule: Rule; test: BackTest; isShown: boolean; onShow: (id: string | undefined) => void }) {
  const version = rule.versions.find(({ id }) => id === test.versionId);
  return (
    <li className={css.row}>
      <span className={css.line}><b className="strong">{t('rules.version.n', { n: version?.n ?? 0 })}</b> {testWords(test, version !== undefined && !raisesOwn(version.definition))}</span>
      {test.same !== null && <span>{t('rules.tests.same', { same: test.same, more: test.onlyActive ?? 0 })}</span>}
      {!test.isWhole && <span className="t2">{t('rules.tests.part', { name: test.by })}</span>}
      {test.isCut && <span className="t2">{t('rules.tests.cut')}</span>}
      <span className={`${css.line} t2`}><TwoTimes at={test.at} /> {t('rules.tests.by', { name: test.by })} {!isShown && <Button look="quiet" onClick={() => onShow(test.id)}>{t('rules.tests.open')}</Button>}</span>
    </li>
  );
}
