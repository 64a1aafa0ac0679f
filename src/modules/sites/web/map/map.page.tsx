import { useEffect, useMemo, useRef } from 'react';
import type { Alarm } from '#modules/alarms/contract.ts';
import { useCommands } from '#platform/web/commands.ts';
import { useRead } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { findPlaces, mapSites, type MapSite, type Plan, readPlan } from '../../plan-contract.ts';
import { t } from '../messages.en.ts';
import type { CanvasHandle, Spot } from '#ui/canvas.tsx';
import { LacksLine, useAlarms } from '../plan/live.tsx';
import css from '../plan/plan.module.css';
import { AlarmLine, PlanView } from '../plan/plan-view.tsx';
import { projected } from './projection.ts';
import { WorldMap } from './world-map.tsx';

const VIEW = viewOf({ floor: text(), site: text(), alarm: text() });

/** A site with a position, and the open alarms of it and of all that stands in it. */
export type Placed = { site: MapSite; at: Spot; alarms: readonly Alarm[] };

/** Alarms by the nearest site above them that has a position; the others are nowhere on the map. */
function placedAlarms(sites: readonly MapSite[], alarms: readonly Alarm[]): { placed: Placed[]; anchorOf: (siteId: string | null) => string | null } {
  const byId = new Map(sites.map((site) => [site.id, site]));
  const anchorOf = (siteId: string | null): string | null => {
    for (let at = siteId === null ? undefined : byId.get(siteId); at; at = at.parentId === null ? undefined : byId.get(at.parentId)) if (at.latitude !== null) return at.id;
    return null;
  };
  const of = Map.groupBy(alarms, (alarm) => anchorOf(alarm.siteId));
  const placed = sites.flatMap((site) => (site.latitude === null || site.longitude === null ? [] : [{ site, at: projected([site.longitude, site.latitude]), alarms: of.get(site.id) ?? [] }]));
  return { placed: placed.sort((a, b) => urgency(a) - urgency(b)), anchorOf };
}

const urgency = ({ alarms }: Placed): number => Math.min(9, ...alarms.map(({ priority }) => priority));

/** Where everything is: the world with its sites, and the plan of a floor, both with their open alarms. */
export default function MapPage() {
  const [view, setView] = useView(VIEW);
  const { alarms, lacks } = useAlarms();
  const reading = useRead('sites', mapSites, {});
  const shown = alarms.find(({ id }) => id === view.alarm);
  const place = useRead('sites', findPlaces, { sourceId: shown?.sourceId ?? undefined, point: shown?.point ?? undefined, siteId: shown?.siteId ?? undefined }, { isOn: shown !== undefined && view.floor === undefined });
  const floorId = view.floor ?? place.data?.items[0]?.floorId;
  const world = (): void => setView({ floor: undefined, alarm: undefined }, { push: true });
  useWhere({ title: t('map.title') });
  useCommands(floorId === undefined ? [] : [{ key: 'M', title: t('map.world'), run: world }]);
  return (
    <article className={css.page}>
      <header className={css.head}>
        <h1 className="title">{t('map.title')}</h1>
        <span className="space" />
        {floorId !== undefined && <Button icon="left" keyCap="M" onClick={world}>{t('map.world')}</Button>}
        <LinkButton look="quiet" to="/watch">{t('map.board')}</LinkButton>
      </header>
      {floorId === undefined && <LacksLine lacks={lacks} />}
      {reading.data?.isCut && <p className="t2 small">{t('map.cut.sites')}</p>}
      <Asked reading={reading}>
        {({ items }) => (floorId === undefined
          ? <World sites={items} alarms={alarms} siteId={view.site} alarm={shown} onSite={(site) => setView({ site })} onFloor={(floor) => setView({ floor }, { push: true })} />
          : <Floor key={floorId} floorId={floorId} sites={items} shownId={view.alarm} onFloor={(floor) => setView({ floor })} />)}
      </Asked>
    </article>
  );
}

type WorldProps = { sites: readonly MapSite[]; alarms: readonly Alarm[]; siteId: string | undefined; alarm: Alarm | undefined; onSite: (id: string | undefined) => void; onFloor: (id: string) => void };

function World({ sites, alarms, siteId, alarm, onSite, onFloor }: WorldProps) {
  const canvas = useRef<CanvasHandle>(null);
  const { placed, anchorOf } = useMemo(() => placedAlarms(sites, alarms), [sites, alarms]);
  const chosenId = siteId ?? (alarm ? (anchorOf(alarm.siteId) ?? undefined) : undefined);
  const chosen = placed.find(({ site }) => site.id === chosenId);
  const nowhere = alarms.filter((one) => anchorOf(one.siteId) === null);
  const spot = chosen?.at.join(' ');
  useEffect(() => {
    const [x, y] = (spot ?? '').split(' ').map(Number);
    if (x !== undefined && y !== undefined) canvas.current?.show([x, y]);
  }, [spot]);
  if (placed.length === 0) return <Empty action={<LinkButton to="/sites">{t('sites.title')}</LinkButton>}>{t('map.none')}</Empty>;
  return (
    <div className={css.work}>
      <section className={`panel ${css.picture}`} aria-label={t('map.title')}><WorldMap placed={placed} chosenId={chosenId} onSite={onSite} handle={canvas} /></section>
      <aside className={css.side} tabIndex={0} aria-label={t('map.sites')}>
        {chosen && <OfSite placed={chosen} sites={sites} onFloor={onFloor} onClose={() => onSite(undefined)} />}
        <Panel title={t('map.sites')} note={String(placed.length)}>
          <ul className={css.list}>
            {placed.map(({ site, alarms: here }) => (
              <li key={site.id} data-chosen={site.id === chosenId || undefined}>
                {here[0] && <PriorityShape priority={Math.min(...here.map(({ priority }) => priority)) as Priority} label={t('plan.priority', { priority: Math.min(...here.map(({ priority }) => priority)) })} />}
                <button type="button" data-row aria-pressed={site.id === chosenId} onClick={() => onSite(site.id)}><span className="strong cut">{site.name}</span><span className="t2 small nowrap">{here.length > 0 ? t('map.open', { n: here.length }) : site.code}</span></button>
              </li>
            ))}
          </ul>
        </Panel>
        {nowhere.length > 0 && <Panel title={t('map.nowhere')} note={String(nowhere.length)}><ul className={css.list}>{nowhere.map((one) => <AlarmLine key={one.id} alarm={one} where={one.site ?? ''} />)}</ul></Panel>}
      </aside>
    </div>
  );
}

/** The floors that stand in a site and have a plan. */
function floorsIn(sites: readonly MapSite[], siteId: string): MapSite[] {
  const byId = new Map(sites.map((site) => [site.id, site]));
  const isIn = (site: MapSite): boolean => {
    for (let at: MapSite | undefined = site; at; at = at.parentId === null ? undefined : byId.get(at.parentId)) if (at.id === siteId) return true;
    return false;
  };
  return sites.filter((site) => site.hasPlan && isIn(site));
}

function OfSite({ placed: { site, alarms }, sites, onFloor, onClose }: { placed: Placed; sites: readonly MapSite[]; onFloor: (id: string) => void; onClose: () => void }) {
  const floors = floorsIn(sites, site.id);
  return (
    <Panel title={site.name} note={site.code} actions={<Button look="quiet" onClick={onClose}>{t('map.close')}</Button>}>
      <div className={css.pad}>
        <div className={css.bar}>
          {floors.map((floor) => <Button key={floor.id} icon="place" onClick={() => onFloor(floor.id)}>{floor.name}</Button>)}
          <LinkButton look="quiet" to={`/sites/${site.id}`}>{t('sites.open')}</LinkButton>
        </div>
        {floors.length === 0 && <p className="t2">{t('map.no-plan')}</p>}
      </div>
      {alarms.length > 0 && <ul className={css.list}>{alarms.map((alarm) => <AlarmLine key={alarm.id} alarm={alarm} where={alarm.point ?? ''} />)}</ul>}
    </Panel>
  );
}

function Floor({ floorId, sites, shownId, onFloor }: { floorId: string; sites: readonly MapSite[]; shownId: string | undefined; onFloor: (id: string) => void }) {
  const reading = useRead('sites', readPlan, { id: floorId });
  const floor = sites.find(({ id }) => id === floorId);
  const siblings = sites.filter(({ hasPlan, parentId, id }) => hasPlan && (id === floorId || (parentId !== null && parentId === floor?.parentId)));
  return (
    <>
      <div className={css.bar}>
        <h2 className="head">{floor?.name ?? t('plan.one')}</h2>
        {siblings.length > 1 && siblings.map(({ id, name }) => <Button key={id} look={id === floorId ? 'plain' : 'quiet'} aria-pressed={id === floorId} onClick={() => onFloor(id)}>{name}</Button>)}
        <span className="space" />
        <LinkButton look="quiet" to={`/sites/${floorId}/plan`}>{t('plan.open')}</LinkButton>
      </div>
      <Asked reading={reading}>{({ plan }) => (plan === null ? <Empty>{t('plan.none')}</Empty> : <PlanView plan={plan as Plan} shownId={shownId} />)}</Asked>
    </>
  );
}
