import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { dateWords } from '#ui/times.ts';
import { type Asset, keepScenario, listScenarios, type Question, type Scenario, strikeScenario } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './studio.module.css';
import { chanceWords, costWords, secondsWords, toolWords } from './words.ts';

const SIDE_BY_SIDE = 4;

/** Questions that were kept with their answers, and two or more of them side by side. */
export function KeptTab({ asset, question, canKeep }: { asset: Asset; question: Question; canKeep: boolean }) {
  const reading = useRead('risk', listScenarios, { assetId: asset.id });
  const [isKeeping, setKeeping] = useState(false);
  const [struck, setStruck] = useState<Scenario | null>(null);
  const [picked, setPicked] = useState<readonly string[]>([]);
  return (
    <div>
      <div className={css.bar}><span className="t2 small">{t('risk.kept.what')}</span><span className="space" />{canKeep && <Button onClick={() => setKeeping(true)}>{t('risk.keep')}</Button>}</div>
      <Asked reading={reading}>{({ items }) => (items.length === 0 ? <Empty>{t('risk.kept.none')}</Empty> : (
        <>
          <ul className={css.list}>
            {items.map((one) => (
              <li key={one.id}>
                <CheckField label={<><b className="strong">{one.name}</b> <span className="t2 small">{dateWords(one.madeAt)}, {one.madeBy}</span></>} isOn={picked.includes(one.id)} isDisabled={!picked.includes(one.id) && picked.length >= SIDE_BY_SIDE} onValue={(isOn) => setPicked(isOn ? [...picked, one.id] : picked.filter((id) => id !== one.id))} />
                {one.isStale && <Tag look="line">{t('risk.stale')}</Tag>}
                <span className="space" /><b className={css.gain}>{chanceWords(one.answer.interruption)}</b>
                <Button look="quiet" onClick={() => setStruck(one)}>{t('risk.strike')}<span className="unseen"> {one.name}</span></Button>
              </li>
            ))}
          </ul>
          {picked.length > 1 && <Compared scenarios={items.filter(({ id }) => picked.includes(id))} />}
        </>
      ))}</Asked>
      {isKeeping && <KeepDialog asset={asset} question={question} onClose={() => setKeeping(false)} />}
      {struck && <StrikeDialog scenario={struck} onClose={() => setStruck(null)} />}
    </div>
  );
}

/** Kept answers beside each other; what differs from the first is marked. */
function Compared({ scenarios }: { scenarios: readonly Scenario[] }) {
  const rows: readonly [string, (one: Scenario) => string][] = [
    [t('risk.interruption'), ({ answer }) => chanceWords(answer.interruption)], [t('risk.timely'), ({ answer }) => chanceWords(answer.timely)], [t('risk.strategy'), ({ question }) => t(`risk.strategy.${question.strategy}`)], [t('risk.tools'), ({ question }) => toolWords(question.tools)],
    [t('risk.response'), ({ answer }) => secondsWords(answer.response.timeS)], [t('risk.path-needs'), ({ answer }) => secondsWords(answer.delayS)], [t('risk.last-useful'), ({ answer }) => answer.critical ?? t('risk.nothing-timely')], [t('risk.changed.what'), ({ answer }) => answer.changed.join(', ')], [t('risk.cost'), ({ answer }) => costWords(answer.costs)],
    [t('risk.way'), ({ answer }) => answer.steps.map(({ name }) => name).filter(Boolean).join(' › ')], [t('risk.engine'), ({ answer }) => answer.engine],
  ];
  const [first] = scenarios;
  return (
    <div className={css.compare} tabIndex={0} role="region" aria-label={t('risk.compared')}>
      <table>
        <thead><tr><th scope="col"><span className="unseen">{t('risk.what')}</span></th>{scenarios.map(({ id, name }) => <th key={id} scope="col">{name}</th>)}</tr></thead>
        <tbody>{rows.map(([what, words]) => <tr key={what}><th scope="row">{what}</th>{scenarios.map((one) => <td key={one.id} className={first && words(one) !== words(first) ? css.changedCell : undefined}>{words(one)}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

function KeepDialog({ asset, question, onClose }: { asset: Asset; question: Question; onClose: () => void }) {
  const keeping = useSend('risk', keepScenario);
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    const kept = await keeping.send({ assetId: asset.id, name: name.trim(), question });
    announce(t('risk.kept.done', { name: kept.name, value: chanceWords(kept.answer.interruption) }));
    onClose();
  };
  return (
    <Dialog title={t('risk.keep')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={keeping.isBusy}>{t('risk.keep')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={keeping.problem?.detail} />
      <p className="t2">{t('risk.keep.what')}</p>
      <TextField label={t('risk.name')} value={name} onValue={setName} maxLength={120} data-autofocus error={isTried && name.trim() === '' ? t('risk.name.missing') : undefined} />
    </Dialog>
  );
}

function StrikeDialog({ scenario, onClose }: { scenario: Scenario; onClose: () => void }) {
  const striking = useSend('risk', strikeScenario);
  const [reason, setReason] = useState('');
  const submit = async (): Promise<void> => {
    await striking.send({ id: scenario.id, reason: reason.trim() }, { ifMatch: scenario.version });
    onClose();
  };
  return (
    <Dialog title={t('risk.strike.one', { name: scenario.name })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={striking.isBusy}>{t('risk.strike')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={striking.problem?.detail} />
      <TextArea label={t('risk.why')} rows={2} value={reason} onValue={setReason} error={striking.problem?.of('/reason')} />
    </Dialog>
  );
}
