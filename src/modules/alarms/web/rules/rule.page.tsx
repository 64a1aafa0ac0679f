import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { FEWEST_DAYS, raisesOwn } from '../../correlation-rules.ts';
import { getRule, type Rule, type RuleVersion } from '../../rule-contract.ts';
import { t } from './messages.en.ts';
import css from './rules.module.css';
import { TestAlarms } from './test-alarms.tsx';
import { fitsToActivate, Tests } from './tests.tsx';
import { useTypes } from './types.ts';
import { Versions } from './versions.tsx';
import { FILL, ruleWords } from './words.ts';

const RuleForm = lazy(() => import('./rule-form.tsx'));
const RuleDialogs = lazy(() => import('./rule-dialogs.tsx'));
const VIEW = viewOf({ test: text() });

/** One rule: what it says, its versions, what each was tried on, and putting one into force. */
export default function RulePage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('alarms', getRule, { id });
  return <AskedRecord title={t('rules.title')} reading={reading}>{(rule) => <Shown key={rule.id} rule={rule} />}</AskedRecord>;
}

const shownOf = (rule: Rule): RuleVersion | undefined => rule.versions.find(({ state }) => state === 'active') ?? rule.versions[0];

function Shown({ rule }: { rule: Rule }) {
  const [view, setView] = useView(VIEW);
  const [asking, setAsking] = useState<'write' | 'activate' | 'retire' | null>(null);
  useWhere({ title: rule.number });
  const shown = shownOf(rule);
  const draft = rule.versions.find(({ state }) => state === 'draft');
  const latest = draft ?? rule.versions[0];
  const test = draft && fitsToActivate(rule, draft.id);
  if (!shown || !latest) return null;
  const isOpen = rule.versions.some(({ state }) => state !== 'retired');
  return (
    <>
      <RecordPage
        number={rule.number} title={rule.name} state={<State fill={FILL[shown.state]}>{t(`rules.state.${shown.state}`)}</State>}
        actions={
          <>
            {rule.mayPublish && draft && test && <Button look="filled" onClick={() => setAsking('activate')}>{t('rules.activate.of', { n: draft.n })}</Button>}
            {rule.mayWrite && <Button onClick={() => setAsking('write')}>{t(draft ? 'rules.write.draft' : 'rules.write.next')}</Button>}
            {rule.mayPublish && isOpen && <Button look="danger" onClick={() => setAsking('retire')}>{t('rules.retire')}</Button>}
          </>
        }
      >
        <div className={css.body}>
          <Says version={shown} />
          {draft && !test && <p className="t2">{t('rules.activate.untried', { n: FEWEST_DAYS })}</p>}
          <Tests rule={rule} version={latest} shown={view.test} onShow={(id) => setView({ test: id })} />
          {view.test && <TestAlarms ruleId={rule.id} id={view.test} />}
          <Versions rule={rule} />
        </div>
      </RecordPage>
      <Suspense fallback={null}>
        {asking === 'write' && <RuleForm rule={{ of: rule, name: latest.name, why: latest.why, definition: latest.definition }} onClose={() => setAsking(null)} onKept={() => setView({ test: undefined })} />}
        {(asking === 'activate' || asking === 'retire') && <RuleDialogs rule={rule} draft={draft} test={test} asking={asking} onClose={() => setAsking(null)} />}
      </Suspense>
    </>
  );
}

function Says({ version }: { version: RuleVersion }) {
  const { types, titleOf } = useTypes();
  const { definition } = version;
  const priority = !raisesOwn(definition) ? null : (definition.priority ?? types.find(({ key }) => key === definition.result)?.priority ?? '–');
  return (
    <Panel title={t('rules.says')} note={t('rules.version.n', { n: version.n })}>
      <div className={css.text}>
        <p className="strong">{ruleWords(definition, titleOf)}</p>
        {raisesOwn(definition) && <p>{t('rules.says.raises', { result: titleOf(definition.result), priority: priority ?? '' })}</p>}
        <p className="t2">{version.why}</p>
        {raisesOwn(definition) && definition.kind !== 'runaway' && <p className="t3 small">{t('rules.waits', { n: 10 })}</p>}
      </div>
    </Panel>
  );
}
