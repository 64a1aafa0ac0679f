import { useState } from 'react';
import { areaOf, centreOf } from '#engines/floor/polygon.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { SelectField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import type { Site } from '../../contract.ts';
import type { Plan } from '../../plan-contract.ts';
import { type Drawing, type DrawingFault, extentOf, pairsOf } from '../../plan-rules.ts';
import { t } from '../messages.en.ts';
import type { Spot } from '#ui/canvas.tsx';
import { withMark, withPortal, withSaid, withZone } from './edits.ts';
import { ObjectForm } from './object-form.tsx';
import css from './plan.module.css';
import type { DrawingState } from './use-drawing.ts';

type SideProps = { floor: Site; plan: Plan; state: DrawingState; faults: readonly DrawingFault[]; chosen: string | null; onChoose: (id: string, at?: Spot) => void; onRemove: () => void; hasScale: boolean };

const metres = (value: number): string => String(Math.round(value * 10) / 10);

/** All that the picture shows, as lists: chosen, changed, added and taken off without a mouse. */
export function PlanSide({ floor, plan, state, faults, chosen, onChoose, onRemove, hasScale }: SideProps) {
  const { drawing, change } = state;
  const extent = extentOf({ ...plan, drawing });
  if (!hasScale || !extent) return <aside className={css.side}><Panel title={t('plan.scale')}><p className={css.pad}>{t('plan.scale.first')}</p></Panel></aside>;
  const middle: Spot = [extent.widthM / 2, extent.heightM / 2];
  const put = ({ drawing: next, id }: { drawing: Drawing; id: string }): void => { change(next); onChoose(id); };
  const square = (): readonly Spot[] => { const [x, y] = middle; const r = Math.min(2, extent.widthM / 4, extent.heightM / 4); return [[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r]]; };
  const firstWall = drawing.zones[0]?.ring;
  const atWall: Spot = firstWall?.[0] && firstWall[1] ? [(firstWall[0][0] + firstWall[1][0]) / 2, (firstWall[0][1] + firstWall[1][1]) / 2] : middle;
  return (
    <aside className={css.side} tabIndex={0} aria-label={t('plan.lists')}>
      {chosen && <ObjectForm key={chosen} floor={floor} drawing={drawing} id={chosen} onChange={change} onRemove={onRemove} />}
      {faults.length > 0 && <Panel title={t('plan.faults', { n: faults.length })}><ul className={css.faults}>{faults.slice(0, 20).map((fault) => <li key={`${fault.pointer}${fault.rule}`}><Button look="quiet" onClick={() => onChoose(idAt(drawing, fault.pointer) ?? '')}>{t(`plan.rule.${fault.rule}`, { name: fault.name || t('plan.word.pair') })}</Button></li>)}</ul></Panel>}
      <Listed title={t('plan.zones')} none={t('plan.zones.none')} add={t('plan.add.zone')} onAdd={() => put(withZone(drawing, square(), t('plan.word.zone')))} chosen={chosen} onChoose={onChoose} items={drawing.zones.map(({ id, name, ring }) => ({ id, name, note: `${metres(areaOf(ring))} m²`, at: centreOf(ring) }))} />
      <Listed title={t('plan.portals')} none={t('plan.portals.none')} add={t('plan.add.portal')} onAdd={() => put(withPortal(drawing, atWall, t('plan.word.portal')))} chosen={chosen} onChoose={onChoose} items={drawing.portals.map(({ id, name, kind, between, at }) => ({ id, name, note: `${t(`plan.portal.${kind}`)}, ${between.map((zone) => nameOf(drawing, zone)).join(' – ')}`, at }))} />
      <Listed title={t('plan.marks')} none={t('plan.marks.none')} add={t('plan.add.mark')} onAdd={() => put(withMark(drawing, middle, t('plan.word.mark')))} chosen={chosen} onChoose={onChoose} items={drawing.marks.map(({ id, name, kind, at }) => ({ id, name, note: `${t(`plan.mark.${kind}`)}, ${metres(at[0])} ${metres(at[1])}`, at }))} />
      <Beside drawing={drawing} onChange={change} />
    </aside>
  );
}

const nameOf = (drawing: Drawing, zone: string | null): string => drawing.zones.find(({ id }) => id === zone)?.name ?? t('plan.outside');

function idAt(drawing: Drawing, pointer: string): string | undefined {
  const [, list = '', at = ''] = pointer.split('/');
  return list === 'said' ? undefined : drawing[list as 'zones' | 'portals' | 'marks'][Number(at)]?.id;
}

type Item = { id: string; name: string; note: string; at: Spot };
type ListedProps = { title: string; none: string; add: string; onAdd: () => void; items: readonly Item[]; chosen: string | null; onChoose: (id: string, at: Spot) => void };

const Listed = ({ title, none, add, onAdd, items, chosen, onChoose }: ListedProps) => (
  <Panel title={title} note={String(items.length)} actions={<Button look="quiet" icon="add" onClick={onAdd}>{add}</Button>}>
    {items.length === 0 ? <Empty>{none}</Empty> : (
      <ul className={css.list}>
        {items.map(({ id, name, note, at }) => (
          <li key={id} data-chosen={id === chosen || undefined}>
            <button type="button" data-row aria-pressed={id === chosen} onClick={() => onChoose(id, at)}><span className="strong cut">{name}</span><span className="t2 small cut">{note}</span></button>
          </li>
        ))}
      </ul>
    )}
  </Panel>
);

/** Which zones are beside each other: from the drawing, and as somebody says it is. */
function Beside({ drawing, onChange }: { drawing: Drawing; onChange: (next: Drawing) => void }) {
  const [[one, other], setPair] = useState<[string, string]>(['', '']);
  if (drawing.zones.length < 2) return null;
  const denied = drawing.said.filter(({ isAdjacent }) => !isAdjacent);
  const choices = drawing.zones.map(({ id, name }) => ({ value: id, title: name }));
  return (
    <Panel title={t('plan.beside')}>
      <ul className={css.list}>
        {pairsOf(drawing).map(({ between: [a, b], by }) => (
          <li key={a + b}>
            <span className="cut">{nameOf(drawing, a)} – {nameOf(drawing, b)}</span><span className="t2 small nowrap">{t(`plan.by.${by}`)}</span><span className="space" />
            <IconButton icon="close" label={t('plan.beside.deny', { one: nameOf(drawing, a), other: nameOf(drawing, b) })} onClick={() => onChange(withSaid(drawing, a, b, by === 'said' ? null : false))} />
          </li>
        ))}
        {denied.map(({ between: [a, b] }) => (
          <li key={`${a}${b}`}><s className="t2 cut">{nameOf(drawing, a)} – {nameOf(drawing, b)}</s><span className="space" /><Button look="quiet" onClick={() => onChange(withSaid(drawing, a, b, null))}>{t('plan.beside.again')}</Button></li>
        ))}
      </ul>
      <div className={css.pad}>
        <div className={css.two}>
          <SelectField label={t('plan.beside.one')} value={one} onValue={(value) => setPair([value, other])} choices={choices} placeholder="" />
          <SelectField label={t('plan.beside.other')} value={other} onValue={(value) => setPair([one, value])} choices={choices.filter(({ value }) => value !== one)} placeholder="" />
        </div>
        <div><Button icon="add" disabled={one === '' || other === '' || one === other} onClick={() => { onChange(withSaid(drawing, one, other, true)); setPair(['', '']); }}>{t('plan.beside.say')}</Button></div>
      </div>
    </Panel>
  );
}
