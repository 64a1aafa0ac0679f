import { useParams } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { readPlan } from '#modules/sites/plan-contract.ts';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, many, one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import type { CanvasHandle } from '#ui/canvas.tsx';
import { Icon } from '#ui/icon.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { TabBar, TabBody } from '#ui/tabs.tsx';
import { type Asset, readFloor, type RiskFloor } from '../contract.ts';
import { type Change, type Floor, namesOf, type Protection, responseOf, STRATEGIES, TOOLS } from '../path-rules.ts';
import { AssetDialog } from './asset-dialog.tsx';
import { ElementsTable } from './elements-table.tsx';
import { FiguresTab } from './figures-tab.tsx';
import { KeptTab } from './kept-tab.tsx';
import { t } from './messages.en.ts';
import { shapeOf } from './path-shape.ts';
import { type Ground, PlanPicture } from './plan-picture.tsx';
import { PlayBar } from './play-bar.tsx';
import { QuestionPanel } from './question-panel.tsx';
import { ResultPanel } from './result-panel.tsx';
import css from './studio.module.css';
import { useStudy } from './use-study.ts';
import { WhatIfTab } from './what-if-tab.tsx';

const VIEW = viewOf({ asset: text(), strategy: one(['', ...STRATEGIES]), tools: many(TOOLS), isBare: flag(), tab: one(['what-if', 'figures', 'kept']), path: text(), isSound: flag() });

/** Which way would they come, and would we be in time: on the plan of a floor. */
export default function StudioPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('risk', readFloor, { id });
  const plan = useRead('sites', readPlan, { id });
  useWhere({ title: reading.data ? t('risk.studio.of', { name: reading.data.name }) : t('risk.studio'), ...(reading.data && { site: { name: reading.data.name, timeZone: reading.data.timeZone } }) });
  return (
    <AskedRecord title={t('risk.studio')} reading={reading}>
      {(floor) => <AskedRecord title={t('risk.studio')} reading={plan}>{({ plan: drawn }) => (drawn === null ? <Empty>{t('risk.no-plan')}</Empty> : <Studio key={floor.floorId} risk={floor} floor={drawn.drawing as Floor} ground={groundOf(drawn)} />)}</AskedRecord>}
    </AskedRecord>
  );
}

type Drawn = { floorId: string; fileId: string; hasPicture: boolean; widthPx: number | null; heightPx: number | null; metresPerPx: number | null; outline: [number, number][][]; drawing: { zones: { ring: [number, number][] }[] } };

function groundOf({ floorId, fileId, hasPicture, widthPx, heightPx, metresPerPx, outline, drawing }: Drawn): Ground {
  const points = [...outline.flat(), ...drawing.zones.flatMap(({ ring }) => ring)];
  const [widthM, heightM] = hasPicture && widthPx !== null && heightPx !== null && metresPerPx !== null
    ? [widthPx * metresPerPx, heightPx * metresPerPx]
    : [points.reduce((most, [x]) => Math.max(most, x), 10) + 1, points.reduce((most, [, y]) => Math.max(most, y), 10) + 1];
  return { floorId, fileId, hasPicture, widthM, heightM, outline };
}

type StudioProps = { risk: RiskFloor; floor: Floor; ground: Ground };

function Studio({ risk, floor, ground }: StudioProps) {
  const [view, setView] = useView(VIEW);
  const [chosen, setChosen] = useState<string | null>(null);
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const [measures, setMeasures] = useState<readonly string[]>([]);
  const [assumed, setAssumed] = useState<Protection['response'] | null>(null);
  const [isAdding, setAdding] = useState(false);
  const mayRegister = useMay('risk:register');
  const runner = useRef<SVGGElement>(null);
  const canvas = useRef<CanvasHandle>(null);
  const asset: Asset | null = risk.assets.find(({ id }) => id === view.asset) ?? risk.assets[0] ?? null;
  const threat = useMemo(() => ({ strategy: view.strategy === '' ? (asset?.strategy ?? ('mixed' as const)) : view.strategy, tools: view.isBare ? [] : view.tools.length > 0 ? view.tools : (asset?.tools ?? []) }), [view.strategy, view.isBare, view.tools, asset]);
  const measured = useMemo(() => responseOf(risk.figures.response, risk.samplesS), [risk]);
  const answering = useMemo(() => (assumed ? { response: { timeS: assumed.timeS, timeSdS: assumed.timeSdS, communication: assumed.communication }, isMeasured: false, samples: measured.samples } : measured), [assumed, measured]);
  const states = useMemo(() => (view.isSound ? [] : risk.states), [view.isSound, risk.states]);
  const known = useStudy(
    { floor, protection: risk.figures, states },
    asset?.place ? { asset: { id: asset.id, name: asset.name, zoneId: asset.place.zoneId, at: asset.place.at, delays: asset.delays }, threat, response: answering.response, changes: [...changes], measures: [...measures], least: asset.leastInterruption, keep: 5 } : null,
  );
  const names = useMemo(() => namesOf(floor, risk.figures, asset), [floor, risk.figures, asset]);
  const changed = useMemo(() => new Set([...changes.map(({ id }) => id), ...risk.figures.measures.filter(({ id }) => measures.includes(id)).map(({ elementId }) => elementId)]), [changes, measures, risk.figures]);
  const listed = known.list?.list.ok ? known.list.list.paths : [];
  const first = known.answer?.now.ok ? known.answer.now.path : null;
  const path = (view.path ? listed[Number(view.path) - 1] : undefined) ?? first;
  const shape = useMemo(() => (path ? shapeOf(path, floor) : null), [path, floor]);
  const choose = (id: string): void => setChosen((before) => (before === id ? null : id));
  const question = { ...threat, tools: [...threat.tools], response: assumed ? answering.response : null, changes: [...changes], measures: [...measures], isLive: !view.isSound };
  const tabs = [
    { key: 'what-if', title: t('risk.tab.what-if'), body: asset && <WhatIfTab risk={risk} floor={floor} asset={asset} known={known} chosen={chosen} changes={changes} measures={measures} names={names} onChanges={setChanges} onMeasures={setMeasures} /> },
    { key: 'figures', title: t('risk.tab.figures'), body: <FiguresTab risk={risk} floor={floor} asset={asset} chosen={chosen} unreached={known.answer?.now.ok ? known.answer.now.unreached : []} onChoose={setChosen} /> },
    { key: 'kept', title: t('risk.tab.kept'), body: asset && <KeptTab asset={asset} question={question} canKeep={first !== null} /> },
  ];
  return (
    <article className={css.page}>
      <header className={css.head}>
        <div>
          <p className="t2 small">{risk.above.join(' › ')} › {risk.name}</p>
          <h1 className="title">{asset ? t('risk.path.to', { name: asset.name }) : t('risk.studio.of', { name: risk.name })}</h1>
        </div>
        <span className="space" />
        {risk.states.length > 0 && <span className={css.moved}><Icon name="bolt" size={13} />{t('risk.broken', { n: risk.states.length, names: risk.states.map(({ id }) => names.get(id) ?? '').slice(0, 3).join(', ') })}<Button look="quiet" aria-pressed={view.isSound} onClick={() => setView({ isSound: !view.isSound })}>{view.isSound ? t('risk.as-is') : t('risk.as-sound')}</Button></span>}
        {mayRegister && <Button onClick={() => setAdding(true)}>{t('risk.asset.add')}</Button>}
        <LinkButton look="quiet" icon="left" to="/risk/paths">{t('risk.floors')}</LinkButton>
      </header>
      <div className={css.left}>
        <section className={`panel ${css.plan}`} aria-label={t('risk.plan')}>
          <PlanPicture name={risk.name} ground={ground} floor={floor} assets={risk.assets} states={states} shape={shape} chosen={chosen} target={asset?.id ?? null} changed={changed} onChoose={choose} runner={runner} handle={canvas} onKey={(event) => { if (event.key !== 'Escape') return false; setChosen(null); return true; }} />
          {path && shape && <PlayBar key={path.steps.map(({ startS }) => startS).join()} path={path} shape={shape} response={answering.response} runner={runner} />}
        </section>
        {path && <ElementsTable path={path} names={names} changed={changed} onChoose={choose} />}
      </div>
      <div className={css.right} tabIndex={0} role="region" aria-label={t('risk.panels')}>
        {asset === null ? <section className="panel"><Empty action={mayRegister ? <Button look="filled" onClick={() => setAdding(true)}>{t('risk.asset.add')}</Button> : undefined}>{t('risk.no-asset')}</Empty></section> : (
            <ResultPanel asset={asset} known={known} answering={answering} names={names} changed={changed} live={risk.live.find(({ id }) => id === asset.id) ?? null} shown={view.path ? Number(view.path) : 0} onShow={(n) => setView({ path: n === 0 ? undefined : String(n) })} />
        )}
        <section className={`panel ${css.rest} ${css.tabs}`} aria-label={t('risk.tabs')}>
          <TabBar tabs={tabs} current={view.tab} onTab={(tab) => setView({ tab: tab as typeof view.tab })} label={t('risk.tabs')} />
          <TabBody tabs={tabs} current={view.tab} />
        </section>
        {asset !== null && <div className={css.rest}><QuestionPanel risk={risk} asset={asset} threat={threat} answering={answering} assumed={assumed} strategies={known.strategies?.strategies ?? null} onAsset={(id) => { setView({ asset: id, strategy: '', tools: [], isBare: false, path: undefined }); setChanges([]); setMeasures([]); }} onThreat={(next) => setView({ strategy: next.strategy, tools: [...next.tools], isBare: next.tools.length === 0, path: undefined })} onAssumed={setAssumed} /></div>}
      </div>
      {isAdding && <AssetDialog risk={risk} floor={floor} asset={null} onClose={() => setAdding(false)} onDone={(id) => setView({ asset: id })} />}
    </article>
  );
}
