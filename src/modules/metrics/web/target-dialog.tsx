import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { useSites } from '#modules/signals/web/public.tsx';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { type Metric, readFigure, setTarget } from '../contract.ts';
import { t } from './messages.en.ts';
import { fromField, partWords } from './words.ts';

const MEASURES = ['value', 'p90', 'p985'] as const;
const MIN_REASON = 3;
const UNIT_WORDS = { share: '%', number: '', s: 's', min: 'min', h: 'h' } as const;
const today = (): string => new Date().toISOString().slice(0, 10);

/** Proposes a target for one figure: where, for what part of it, how much, from when, who answers for it and why. */
export function TargetDialog({ metric, site: at, onClose }: { metric: Metric; site: string | undefined; onClose: () => void }) {
  const sending = useSend('metrics', setTarget);
  const [siteId, setSite] = useState(at ?? '');
  const [of, setOf] = useState('');
  const [measure, setMeasure] = useState<(typeof MEASURES)[number]>('value');
  const [text, setText] = useState('');
  const [owner, setOwner] = useState<Option | null>(null);
  const [validFrom, setValidFrom] = useState(today);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [outcome, setOutcome] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const places = [...useSites()].map(([value, { name }]) => ({ value, title: name })).sort((a, b) => a.title.localeCompare(b.title));
  const parts = useParts(metric, siteId);
  const { problem } = sending;
  const value = fromField(metric, text);
  const isWrong = text.trim() !== '' && value === null;
  const isWhole = !isWrong && owner !== null && validFrom >= today() && reason.trim().length >= MIN_REASON;
  const missing = (is: boolean, words: string): string | undefined => (isTried && is ? words : undefined);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isWhole || owner === null) return;
    const [part = 'none', partKey = ''] = of.split(' ');
    setOutcome(await sending.send({ key: metric.key, siteId: siteId || null, part: part === 'shift' || part === 'type' ? part : 'none', partKey, measure, value, ownerId: owner.value, validFrom, reason: reason.trim() }));
  };
  if (outcome !== null) return <Dialog title={t('metrics.targets.new')} onClose={onClose} actions={<Button onClick={onClose}>{t('metrics.targets.cancel')}</Button>}><DecisionOutcome {...outcome} /></Dialog>;
  return (
    <Dialog title={`${t('metrics.targets.new')}: ${metric.name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('metrics.targets.propose')}</Button><Button onClick={onClose}>{t('metrics.targets.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p className="t2">{t('metrics.targets.propose.why')}</p>
      <SelectField label={t('metrics.targets.site')} value={siteId} onValue={setSite} choices={[{ value: '', title: t('metrics.target.organisation') }, ...places]} error={problem?.of('/siteId')} />
      {parts.length > 0 && <SelectField label={t('metrics.targets.type')} value={of} onValue={setOf} choices={[{ value: '', title: t('metrics.targets.all') }, ...parts]} error={problem?.of('/partKey')} />}
      {metric.smallCount === 'bootstrap' && <SelectField label={t('metrics.targets.measure')} value={measure} onValue={(next) => setMeasure(next as typeof measure)} choices={MEASURES.map((one) => ({ value: one, title: t(`metrics.targets.measure.${one}`) }))} error={problem?.of('/measure')} />}
      <NumberField label={t('metrics.targets.value')} isOptional help={t('metrics.targets.value.none')} {...(UNIT_WORDS[metric.unit] !== '' && { unit: UNIT_WORDS[metric.unit] })} value={text} onValue={setText} error={problem?.of('/value') ?? missing(isWrong, t('metrics.targets.value.wrong'))} />
      <TextField type="date" label={t('metrics.targets.from')} value={validFrom} onValue={setValidFrom} error={problem?.of('/validFrom') ?? missing(validFrom < today(), t('metrics.targets.from.missing'))} />
      <PersonPicker label={t('metrics.targets.owner')} value={owner} onValue={setOwner} error={problem?.of('/ownerId') ?? missing(owner === null, t('metrics.targets.owner.missing'))} />
      <TextArea label={t('metrics.targets.reason')} rows={2} value={reason} onValue={setReason} error={problem?.of('/reason') ?? missing(reason.trim().length < MIN_REASON, t('metrics.targets.reason.missing'))} />
    </Dialog>
  );
}

const SHIFTS = ['day', 'evening', 'night'] as const;

/** The shifts, and the types that were counted in a year. */
function useParts(metric: Metric, siteId: string): { value: string; title: string }[] {
  const hasTypes = metric.parts.includes('type');
  const { data } = useRead('metrics', readFigure, { key: metric.key, days: 366, by: 'type', ...(siteId && { siteId }) }, { isOn: hasTypes });
  const shifts = metric.parts.includes('shift') ? SHIFTS.map((key) => ({ value: `shift ${key}`, title: partWords('shift', { key, name: null }) })) : [];
  return [...shifts, ...(data?.parts ?? []).flatMap((part) => (part.key === '' || part.name === null ? [] : [{ value: `type ${part.key}`, title: part.name }]))];
}
