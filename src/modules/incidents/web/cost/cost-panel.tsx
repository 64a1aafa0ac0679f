import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { Money } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import type { Incident } from '../../contract.ts';
import { type CostLine, type CostMissing, type CostSheet, type MeasuredHours, readCost, strikeCost } from '../../cost-contract.ts';
import css from '../incidents.module.css';
import { REACHED_BY_KEYS } from '../scrolling.ts';
import { CostDialog, type Instead } from './cost-dialog.tsx';
import { t } from './messages.en.ts';
import { RatesDialog } from './rates-dialog.tsx';

const MINUTE_MS = 60_000;

/** What an incident cost, with what is missing before that is a total; for who may see it there. */
export function CostPanel({ incident }: { incident: Incident }) {
  const reading = useRead('incidents', readCost, { id: incident.id });
  const [adding, setAdding] = useState<Instead | 'plain' | null>(null);
  const [striking, setStriking] = useState<CostLine | null>(null);
  const [isPricing, setPricing] = useState(false);
  return (
    <Panel title={t('cost')} actions={<><Button look="quiet" onClick={() => setPricing(true)}>{t('cost.rates')}</Button><Button look="quiet" icon="add" onClick={() => setAdding('plain')}>{t('cost.add')}</Button></>}>
      <Asked reading={reading}>
        {(sheet) => (
          <>
            <Sums sheet={sheet} />
            {sheet.missing.length > 0 && <MissingList missing={sheet.missing} />}
            {sheet.hours.length > 0 && <Hours hours={sheet.hours} onInstead={(of) => setAdding({ id: of.id, name: of.name })} />}
            {sheet.lines.length > 0 && <Lines lines={sheet.lines} onStrike={setStriking} />}
          </>
        )}
      </Asked>
      {adding !== null && <CostDialog incidentId={incident.id} instead={adding === 'plain' ? null : adding} onClose={() => setAdding(null)} />}
      {striking && <StrikeCostDialog incidentId={incident.id} line={striking} onClose={() => setStriking(null)} />}
      {isPricing && <RatesDialog onClose={() => setPricing(false)} />}
    </Panel>
  );
}

function Sums({ sheet }: { sheet: CostSheet }) {
  if (sheet.sums.length === 0) return <Empty>{t('cost.empty')}</Empty>;
  const rows = [['cost.losses', 'lossMinor'], ['cost.recovered', 'recoveredMinor'], ['cost.hours', 'hoursMinor'], ['cost.lines', 'linesMinor']] as const;
  return (
    <div className={css.scroll} {...REACHED_BY_KEYS} role="group" aria-label={t('cost.sums')}>
      <table className={css.losses}>
        <thead><tr><th scope="col">{sheet.isWhole ? t('cost.total') : t('cost.so-far')}</th>{sheet.sums.map(({ currency }) => <th key={currency} scope="col" className={css.end}>{currency}</th>)}</tr></thead>
        <tbody>
          {rows.map(([word, key]) => <tr key={key}><th scope="row">{t(word)}</th>{sheet.sums.map((sum) => <td key={sum.currency} className={css.end}><Money minor={key === 'recoveredMinor' ? 0 - sum[key] : sum[key]} currency={sum.currency} /></td>)}</tr>)}
        </tbody>
        <tfoot><tr><th scope="row">{sheet.isWhole ? t('cost.total') : t('cost.net')}</th>{sheet.sums.map((sum) => <td key={sum.currency} className={css.end}><b><Money minor={sum.netMinor} currency={sum.currency} isGuess={sheet.hasEstimates} /></b></td>)}</tr></tfoot>
      </table>
    </div>
  );
}

const missingWords = ({ kind, words, minutes }: CostMissing): string => t(`cost.missing.${kind}`, { words, time: ageWords((minutes ?? 0) * MINUTE_MS) });

const MissingList = ({ missing }: { missing: readonly CostMissing[] }) => (
  <section aria-label={t('cost.missing')}>
    <h3 className={css.logOf}>{t('cost.missing')}</h3>
    <ul className={css.items}>{missing.map((one) => <li key={`${one.kind}${one.words}${one.minutes ?? ''}`} className={css.item}>{missingWords(one)}</li>)}</ul>
  </section>
);

function Hours({ hours, onInstead }: { hours: readonly MeasuredHours[]; onInstead: (of: MeasuredHours) => void }) {
  return (
    <section aria-label={t('cost.measured')}>
      <h3 className={css.logOf}>{t('cost.measured')}. {t('cost.measured.said')}</h3>
      <div className={css.scroll} {...REACHED_BY_KEYS} role="group" aria-label={t('cost.measured')}>
        <table className={css.losses}>
          <thead><tr><th scope="col">{t('cost.who')}</th><th scope="col" className={css.end}>{t('cost.time')}</th><th scope="col" className={css.end}>{t('cost.rate')}</th><th scope="col" className={css.end}>{t('cost.amount')}</th><th scope="col"><span className="unseen">{t('cost.instead')}</span></th></tr></thead>
          <tbody>
            {hours.map((one) => (
              <tr key={one.id}>
                <td>{one.name}{one.mergedFrom !== null && <> <Tag look="line">{one.mergedFrom}</Tag></>}<div className="small t2">{[one.agency, one.units > 1 && t('cost.units', { n: one.units })].filter(Boolean).join(' · ')}</div></td>
                <td className={css.end}>{ageWords(one.minutes * MINUTE_MS)}</td>
                <td className={css.end}>{one.rateMinor !== null && one.currency !== null ? <Money minor={one.rateMinor} currency={one.currency} /> : null}</td>
                <td className={css.end}>{one.amountMinor !== null && one.currency !== null ? <Money minor={one.amountMinor} currency={one.currency} /> : <span className="t2">{t(`cost.counted.${one.counted}`)}</span>}</td>
                <td className={css.end}>{one.counted !== 'in-line' && one.mergedFrom === null && <Button look="quiet" onClick={() => onInstead(one)} aria-label={t('cost.instead.of', { name: one.name })}>{t('cost.instead')}</Button>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Lines({ lines, onStrike }: { lines: readonly CostLine[]; onStrike: (line: CostLine) => void }) {
  return (
    <section aria-label={t('cost.entered')}>
      <h3 className={css.logOf}>{t('cost.entered')}</h3>
      <ul className={css.items}>
        {lines.map((line) => (
          <li key={line.id} className={css.item}>
            <div className={css.itemWords}>
              <div className={cx(line.struckAt !== null && css.struck)}>{line.description}{line.mergedFrom !== null && <> <Tag look="line">{line.mergedFrom}</Tag></>}</div>
              <div className="small t2">{[t(`cost.kind.${line.kind}`), line.minutes !== null && ageWords(line.minutes * MINUTE_MS), line.reference].filter(Boolean).join(' · ')}</div>
              {line.struckAt !== null && <p className="small t2">{t('cost.struck', { who: line.struckBy ?? '', why: line.struckReason ?? '' })}</p>}
            </div>
            <span className={cx(line.struckAt !== null && css.struck)}><Money minor={line.amountMinor} currency={line.currency} isGuess={line.isEstimate} /></span>
            {line.struckAt === null && line.mergedFrom === null && <Button look="quiet" onClick={() => onStrike(line)} aria-label={t('cost.strike.of', { what: line.description })}>{t('cost.strike')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function StrikeCostDialog({ incidentId, line, onClose }: { incidentId: string; line: CostLine; onClose: () => void }) {
  const sending = useSend('incidents', strikeCost);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const lacks = reason.trim().length < 3;
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!lacks) await sending.send({ id: incidentId, rowId: line.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('cost.strike.title', { what: line.description })} onClose={onClose} onSubmit={() => void save()} actions={<><Button onClick={onClose}>{t('cost.cancel')}</Button><Button type="submit" look="danger" isBusy={sending.isBusy}>{t('cost.strike')}</Button></>}>
      <div className={css.form}>
        {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
        <TextField label={t('cost.strike.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" autoFocus error={isChecked && lacks ? t('cost.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}
