import { useState } from 'react';
import { listJobs } from '#platform/jobs/contract.ts';
import { isOpen, JobBar, JobStateTag } from '#platform/jobs/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { CheckField, FaultSummary, NumberField } from '#ui/field.tsx';
import { ListPage } from '#ui/list-page.tsx';
import type { Option } from '#ui/picker.tsx';
import { Panel } from '#ui/record-page.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { Asked } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { endSimulations, listScenarios, listSimulations, type Scenario, startSimulation } from '../simulator-contract.ts';
import { t } from './messages.en.ts';
import css from './simulator.module.css';
import { SitePicker } from './site-picker.tsx';
import { useSites } from './sites.ts';

const READ_EVERY_MS = 3_000;
const KIND = 'signals.simulation';
const MOST_SEED = 999_999_999;

type Setting = { site: Option | null; seed: string; speed: string; isTold: boolean };

/** What can be played over the real ports, what plays now, and ending it. */
export default function SimulatorPage() {
  const scenarios = useRead('signals', listScenarios, {});
  const [setting, setSetting] = useState<Setting>({ site: null, seed: '', speed: '1', isTold: false });
  useWhere({ title: t('simulator.title') });
  return (
    <ListPage title={t('simulator.title')}>
      <div className={css.page}>
        <p className={css.intro}>{t('simulator.intro')}</p>
        <Running />
        <Asked reading={scenarios}>
          {({ items, isDemo }) => (
            <>
              <Settings setting={setting} onSetting={setSetting} isDemo={isDemo} />
              <ul className={css.list} aria-label={t('simulator.scenarios')}>{items.map((scenario) => <li key={scenario.key}><One scenario={scenario} setting={setting} isAllowed={isDemo || setting.isTold} /></li>)}</ul>
            </>
          )}
        </Asked>
      </div>
    </ListPage>
  );
}

function Settings({ setting, onSetting, isDemo }: { setting: Setting; onSetting: (setting: Setting) => void; isDemo: boolean }) {
  return (
    <Panel title={t('simulator.setting')}>
      <div className={css.setting}>
        <SitePicker label={t('simulator.site')} help={t('simulator.site.help')} isOptional value={setting.site} onValue={(site) => onSetting({ ...setting, site })} />
        <NumberField label={t('simulator.seed')} help={t('simulator.seed.help')} isOptional value={setting.seed} onValue={(seed) => onSetting({ ...setting, seed })} error={seedOf(setting) === null ? t('simulator.seed.wrong') : undefined} />
        <NumberField label={t('simulator.speed')} help={t('simulator.speed.help')} value={setting.speed} onValue={(speed) => onSetting({ ...setting, speed })} error={speedOf(setting) === null ? t('simulator.speed.wrong') : undefined} />
      </div>
      {!isDemo && <div className={css.told}><CheckField label={t('simulator.told')} isOn={setting.isTold} onValue={(isTold) => onSetting({ ...setting, isTold })} /></div>}
    </Panel>
  );
}

const within = (text: string, least: number, most: number): number | null => (/^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most ? Number(text) : null);
const seedOf = ({ seed }: Setting): number | undefined | null => (seed.trim() === '' ? undefined : within(seed, 0, MOST_SEED));
const speedOf = ({ speed }: Setting): number | null => within(speed, 1, 60);

function One({ scenario, setting, isAllowed }: { scenario: Scenario; setting: Setting; isAllowed: boolean }) {
  const { send, isBusy, problem } = useSend('signals', startSimulation);
  const [seed, speed] = [seedOf(setting), speedOf(setting)];
  const start = async (): Promise<void> => {
    if (seed === null || speed === null) return;
    const started = await send({ scenario: scenario.key, speed, siteId: setting.site?.value ?? null, ...(seed !== undefined && { seed }) });
    announce(t('simulator.started', { title: scenario.title, seed: String(started.seed) }));
  };
  return (
    <Panel title={scenario.title} actions={<Button isBusy={isBusy} disabled={!isAllowed || scenario.lacks !== null || seed === null || speed === null} aria-label={t('simulator.start.of', { title: scenario.title })} onClick={() => void start().catch(() => undefined)}>{t('simulator.start')}</Button>}>
      <div className={css.one}>
        {problem && <FaultSummary faults={[]} detail={problem.detail} />}
        <p>{scenario.does}</p>
        <p className="t2 small">{t('simulator.size', { n: scenario.signals })} · {scenario.senders.length > 3 ? t('simulator.senders', { n: scenario.senders.length }) : scenario.senders.join(', ')}</p>
        {scenario.lacks && <p><Tag look="p2" icon="warning">{t('simulator.lacks')}</Tag> {scenario.lacks}</p>}
      </div>
    </Panel>
  );
}

/** Simulated sources that stand, how far my own run is, and the end of all of them. */
function Running() {
  const standing = useRead('signals', listSimulations, {}, { everyMs: READ_EVERY_MS });
  const jobs = useRead('jobs', listJobs, { limit: 20 }, { everyMs: READ_EVERY_MS });
  const ending = useSend('signals', endSimulations);
  const sites = useSites();
  const job = jobs.data?.items.find(({ kind }) => kind === KIND);
  const end = async (): Promise<void> => announce(t('simulator.ended', { n: (await ending.send({})).ended }));
  return (
    <Panel title={t('simulator.running')} actions={<Button isBusy={ending.isBusy} disabled={(standing.data?.items.length ?? 0) === 0} onClick={() => void end().catch((problem: Error) => announce(problem.message))}>{t('simulator.end')}</Button>}>
      <div className={css.one} role="status">
        {job && <p className={css.job}><b className="strong">{t('simulator.mine')}</b> <JobStateTag job={job} /> {isOpen(job) ? <JobBar job={job} /> : job.error}</p>}
        <Asked reading={standing}>
          {({ items }) => items.length === 0 ? <p className="t2">{t('simulator.none')}</p> : (
            <ul className={css.sources}>{items.map(({ sourceId, name, account, siteId, since }) => <li key={sourceId}><SimulatedTag /> <b className="strong">{name}</b> <span className="mono">{account}</span> {siteId !== null && <span>{sites.get(siteId)?.name}</span>} <span className="t2">{t('simulator.since')} <TwoTimes at={since} seconds /></span></li>)}</ul>
          )}
        </Asked>
      </div>
    </Panel>
  );
}
