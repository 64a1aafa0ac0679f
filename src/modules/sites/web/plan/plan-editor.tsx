import { type KeyboardEvent, useRef, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useSend } from '#platform/web/query.ts';
import { announce, say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import type { Site } from '../../contract.ts';
import { type Plan, saveDrawing } from '../../plan-contract.ts';
import { type Drawing, extentOf, faultsOf } from '../../plan-rules.ts';
import { t } from '../messages.en.ts';
import { Canvas, type CanvasHandle, type Spot } from '#ui/canvas.tsx';
import { boundsOf, Drawn } from './drawn.tsx';
import drawnCss from './drawn.module.css';
import { moved, without, withMark, withPortal, withZone } from './edits.ts';
import { GeoreferenceDialog, ScaleDialog } from './plan-dialogs.tsx';
import css from './plan.module.css';
import { OtherFile } from './plan-file.tsx';
import { PlanSide } from './plan-side.tsx';
import { useDrawing } from './use-drawing.ts';

export type Tool = 'choose' | 'zone' | 'portal' | 'mark' | 'scale';
const TOOLS: readonly (readonly [Exclude<Tool, 'scale'>, string])[] = [['choose', 'Q'], ['zone', 'R'], ['portal', 'D'], ['mark', 'C']];
const NEAREST_M = 0.005;
/** A press so near to the first corner closes the area. */
const CLOSE_PX = 10;

/** Draws on a plan: areas, ways and devices by mouse, or in the lists beside it by keyboard alone. */
export function PlanEditor({ floor, plan }: { floor: Site; plan: Plan }) {
  const [tool, setTool] = useState<Tool>(extentOf(plan) === null ? 'scale' : 'choose');
  const [chosen, setChosen] = useState<string | null>(null);
  const [draft, setDraft] = useState<readonly Spot[]>([]);
  const [hover, setHover] = useState<Spot | null>(null);
  const [scaling, setScaling] = useState<readonly Spot[] | null>(null);
  const [isPlacing, setPlacing] = useState(false);
  const canvas = useRef<CanvasHandle>(null);
  const state = useDrawing(plan);
  const saving = useSend('sites', saveDrawing);
  const extent = extentOf({ ...plan, drawing: state.drawing });
  const faults = extent === null ? [] : faultsOf(state.drawing, extent);
  const drag = useDrag(state.drawing, state.change);
  const shown = drag.drawing ?? state.drawing;
  const take = (next: Tool): void => { setTool(next); setDraft([]); };
  const put = ({ drawing, id }: { drawing: Drawing; id: string }): void => { state.change(drawing); setChosen(id); setDraft([]); setTool('choose'); };
  const close = (ring: readonly Spot[]): void => { if (ring.length >= 3) put(withZone(state.drawing, ring, t('plan.word.zone'))); };
  const press = (spot: Spot, perPx: number, object: string | null): void => {
    if (drag.hasMoved()) return;
    if (tool === 'scale') {
      const points = [...draft, spot];
      if (points.length === 2) setScaling(points);
      setDraft(points.length === 2 ? [] : points);
    } else if (extent === null || tool === 'choose') setChosen(object);
    else if (tool === 'portal') put(withPortal(state.drawing, spot, t('plan.word.portal')));
    else if (tool === 'mark') put(withMark(state.drawing, spot, t('plan.word.mark')));
    else if (draft[0] && draft.length >= 3 && Math.hypot(spot[0] - draft[0][0], spot[1] - draft[0][1]) < CLOSE_PX * perPx) close(draft);
    else setDraft([...draft, spot]);
  };
  const save = async (): Promise<void> => {
    if (faults.length > 0) return say(t('plan.faults', { n: faults.length }));
    const { zones, portals, marks, said } = state.drawing;
    const saved = await saving.send({ id: floor.id, zones, portals, marks, said }, { ifMatch: state.version });
    state.take(saved as Plan);
    announce(t('plan.saved'));
  };
  const onSave = (): void => void save().catch(() => undefined);
  const remove = (): void => { if (chosen) { state.change(without(state.drawing, chosen)); setChosen(null); } };
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.key === 'Escape' && draft.length > 0) { setDraft([]); return true; }
    if (event.key === 'Enter' && tool === 'zone' && draft.length >= 3) { close(draft); return true; }
    if (event.key === 'Backspace' && draft.length > 0) { setDraft(draft.slice(0, -1)); return true; }
    if (event.key === 'Delete' && chosen) { remove(); return true; }
    return false;
  };
  useCommands([
    ...(extent === null ? [] : TOOLS.map(([one, key]) => ({ key, title: t(`plan.tool.${one}`), run: () => take(one) }))),
    { key: 'S', title: t('plan.save'), run: onSave },
    ...(state.undo ? [{ key: 'Z', title: t('plan.undo'), run: state.undo }] : []), ...(state.redo ? [{ key: 'Shift+Z', title: t('plan.redo'), run: state.redo }] : []),
  ]);
  return (
    <>
      <div className={css.bar} role="toolbar" aria-label={t('plan.tools')}>
        {extent !== null && TOOLS.map(([one, key]) => <Button key={one} look={tool === one ? 'plain' : 'quiet'} aria-pressed={tool === one} keyCap={key} onClick={() => take(one)}>{t(`plan.tool.${one}`)}</Button>)}
        {plan.source === 'picture' && <Button look={tool === 'scale' ? 'plain' : 'quiet'} aria-pressed={tool === 'scale'} onClick={() => take('scale')}>{t(extent === null ? 'plan.scale.set' : 'plan.scale.again')}</Button>}
        {plan.source === 'picture' && <Button look="quiet" onClick={() => setScaling([])}>{t('plan.scale.figures')}</Button>}
        {extent !== null && <Button look="quiet" onClick={() => setPlacing(true)}>{t('plan.globe')}</Button>}
        <span className="space" />
        <OtherFile floorId={floor.id} version={plan.version} />
        <Button look="quiet" icon="undo" keyCap="Z" disabled={state.undo === null} onClick={() => state.undo?.()}>{t('plan.undo')}</Button>
        <Button look="filled" keyCap="S" isBusy={saving.isBusy} disabled={!state.isChanged} onClick={onSave}>{t('plan.save')}</Button>
      </div>
      <FaultSummary faults={saving.problem?.errors ?? []} detail={saving.problem?.detail} />
      {state.isBehind && <p role="status" className="row">{t('plan.behind')} <Button onClick={() => state.take(plan)}>{t('plan.behind.take')}</Button></p>}
      <div className={css.work}>
        <section className={`panel ${css.picture}`} aria-label={t('plan.one')}>
          <Canvas
            label={t('plan.canvas', { name: floor.name })} bounds={boundsOf({ ...plan, drawing: shown })} nearest={extent === null ? 0.1 : NEAREST_M} handle={canvas} isCrosshair={tool !== 'choose'} onKey={onKey}
            onPress={press} onHover={(spot) => { drag.move(spot); if (draft.length > 0) setHover(spot); }}
          >
            {(sight) => (
                <Drawn plan={plan} drawing={shown} sight={sight} chosen={chosen} isChoosing={tool === 'choose'}>
                  <Handles drawing={shown} chosen={chosen} px={sight.perPx} grab={drag.grab} />
                  {draft.length > 0 && <polyline className={drawnCss.draft} strokeWidth={2 * sight.perPx} points={[...draft, ...(hover ? [hover] : [])].map((spot) => spot.join(',')).join(' ')} />}
                  {draft.map((spot, i) => <circle key={i} className={drawnCss.corner} cx={spot[0]} cy={spot[1]} r={4 * sight.perPx} strokeWidth={1.5 * sight.perPx} pointerEvents="none" />)}
                </Drawn>
            )}
          </Canvas>
          <p className={`t2 small ${css.note}`} role="status">{t(`plan.hint.${tool}`)}</p>
        </section>
        <PlanSide floor={floor} plan={plan} state={state} faults={faults} chosen={chosen} onChoose={(id, at) => { setChosen(id); if (at) canvas.current?.show(at); }} onRemove={remove} hasScale={extent !== null} />
      </div>
      {scaling && <ScaleDialog plan={plan} points={scaling} onClose={() => { setScaling(null); if (extentOf(plan) !== null) setTool('choose'); }} />}
      {isPlacing && <GeoreferenceDialog floor={floor} plan={plan} onClose={() => setPlacing(false)} />}
    </>
  );
}

type Grabbed = { id: string; corner: number | undefined; from: Drawing; now: Drawing | null };

/** Pulls an object or a corner about; one step back when it is let go. */
function useDrag(drawing: Drawing, change: (next: Drawing) => void) {
  const grabbed = useRef<Grabbed | null>(null);
  const justMoved = useRef(false);
  const [now, setNow] = useState<Drawing | null>(null);
  const drop = (): void => {
    const held = grabbed.current;
    grabbed.current = null;
    setNow(null);
    justMoved.current = Boolean(held?.now);
    if (held?.now) change(held.now);
    setTimeout(() => (justMoved.current = false), 0);
  };
  const grab = (id: string, corner?: number): void => {
    grabbed.current = { id, corner, from: drawing, now: null };
    window.addEventListener('pointerup', drop, { once: true });
  };
  const move = (spot: Spot): void => {
    const held = grabbed.current;
    if (!held) return;
    held.now = moved(held.from, held.id, spot, held.corner);
    setNow(held.now);
  };
  return { drawing: now, grab, move, hasMoved: () => justMoved.current };
}

/** The corners of the chosen area, or the chosen object itself, to be pulled. */
function Handles({ drawing, chosen, px, grab }: { drawing: Drawing; chosen: string | null; px: number; grab: (id: string, corner?: number) => void }) {
  const zone = drawing.zones.find(({ id }) => id === chosen);
  const single = [...drawing.portals, ...drawing.marks].find(({ id }) => id === chosen);
  if (zone) return zone.ring.map(([x, y], i) => <circle key={i} data-own className={drawnCss.corner} cx={x} cy={y} r={5 * px} strokeWidth={1.5 * px} onPointerDown={() => grab(zone.id, i)} />);
  return single ? <circle data-own className={drawnCss.corner} fillOpacity={0} cx={single.at[0]} cy={single.at[1]} r={14 * px} strokeWidth={1.5 * px} onPointerDown={() => grab(single.id)} /> : null;
}
