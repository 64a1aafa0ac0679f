import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useFocusBack } from '#ui/focus-back.ts';
import { CheckField, FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { Money } from '#ui/time.tsx';
import { addLoss, changeFacts, type Incident, LossKind } from '../contract.ts';
import { readAmount } from './amount.ts';
import type { Money as Sum } from './answers.ts';
import { MoneyInput } from './field-input.tsx';
import css from './incidents.module.css';
import { REACHED_BY_KEYS } from './scrolling.ts';
import { FormFoot } from './involved-tab.tsx';
import { t } from './messages.en.ts';
import type { Strikable } from './strike-dialog.tsx';

type LossesTabProps = { incident: Incident; mayWrite: boolean; onStrike: (line: Strikable) => void };

/** What it cost and what came back, with a total a currency; or that it cost nothing, said aloud. */
export function LossesTab({ incident, mayWrite, onStrike }: LossesTabProps) {
  const [isAdding, setAdding] = useState(false);
  useFocusBack(isAdding ? 'add-loss' : null);
  const saving = useSend('incidents', changeFacts);
  const hasLines = incident.lossLines.some(({ struckAt }) => struckAt === null);
  return (
    <Panel title={t('incidents.losses')} actions={mayWrite && !isAdding && <Button id="add-loss" look="quiet" icon="add" onClick={() => setAdding(true)}>{t('incidents.losses.add')}</Button>}>
      <span id="field-losses" />
      {isAdding && <LossForm incident={incident} onDone={() => setAdding(false)} />}
      {incident.lossLines.length === 0 && !isAdding && <Empty>{incident.noLoss ? t('incidents.losses.none') : t('incidents.losses.empty')}</Empty>}
      {incident.lossLines.length > 0 && <LossTable incident={incident} {...(mayWrite && { onStrike })} />}
      {mayWrite && !hasLines && (
        <div className={css.insteadOf}>
          {saving.problem && <FaultSummary faults={[]} detail={saving.problem.detail} />}
          <CheckField label={t('incidents.losses.say-none')} isOn={incident.noLoss === true} isDisabled={saving.isBusy} onValue={(isOn) => void saving.send({ id: incident.id, noLoss: isOn ? true : null }).catch(() => undefined)} />
        </div>
      )}
    </Panel>
  );
}

function LossTable({ incident, onStrike }: { incident: Incident; onStrike?: (line: Strikable) => void }) {
  return (
    <div className={css.scroll} {...REACHED_BY_KEYS} role="group" aria-label={t('incidents.losses.lines')}>
      <table className={css.losses}>
        <thead>
          <tr><th scope="col">{t('incidents.loss.what')}</th><th scope="col">{t('incidents.loss.kind')}</th><th scope="col" className={css.end}>{t('incidents.loss.amount')}</th><th scope="col" className={css.end}>{t('incidents.loss.recovered')}</th><th scope="col"><span className="unseen">{t('incidents.strike')}</span></th></tr>
        </thead>
        <tbody>
          {incident.lossLines.map((loss) => {
            const isStruck = loss.struckAt !== null;
            return (
              <tr key={loss.id}>
                <td><span className={cx(isStruck && css.struck)}>{loss.description}</span>{loss.mergedFrom !== null && <> <Tag look="line">{loss.mergedFrom}</Tag></>}{isStruck && <p className="small t2">{t('incidents.struck', { who: loss.struckBy ?? '', why: loss.struckReason ?? '' })}</p>}</td>
                <td className="t2">{t(`incidents.loss.${loss.kind}`)}</td>
                <td className={cx(css.end, isStruck && css.struck)}><Money minor={loss.amountMinor} currency={loss.currency} isGuess={loss.isEstimate} /></td>
                <td className={cx(css.end, isStruck && css.struck)}><Money minor={loss.recoveredMinor} currency={loss.currency} /></td>
                <td className={css.end}>{onStrike && !isStruck && loss.mergedFrom === null && <Button look="quiet" className={css.strike} onClick={() => onStrike({ kind: 'losses', id: loss.id, words: loss.description })}>{t('incidents.strike')}<span className="unseen"> {loss.description}</span></Button>}</td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          {incident.losses.map((sum) => (
            <tr key={sum.currency}>
              <th scope="row" colSpan={2}>{t('incidents.loss.total', { currency: sum.currency })}</th>
              <td className={css.end}><b><Money minor={sum.amountMinor} currency={sum.currency} /></b></td>
              <td className={css.end}><Money minor={sum.recoveredMinor} currency={sum.currency} /></td>
              <td className={css.end}><span className="unseen">{t('incidents.strike')}</span></td>
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  );
}

function LossForm({ incident, onDone }: { incident: Incident; onDone: () => void }) {
  const adding = useSend('incidents', addLoss);
  const [kind, setKind] = useState('');
  const [description, setDescription] = useState('');
  const [sum, setSum] = useState<Sum | null>(null);
  const [recovered, setRecovered] = useState('');
  const [isEstimate, setEstimate] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const kindKey = LossKind.options.find((one) => one === kind);
  const recoveredMinor = recovered.trim() === '' ? 0 : sum && readAmount(recovered, sum.currency);
  const isTooMuch = sum !== null && recoveredMinor !== null && recoveredMinor > sum.amountMinor;
  const add = async (): Promise<void> => {
    setChecked(true);
    if (!kindKey || description.trim() === '' || sum === null || recoveredMinor === null || isTooMuch) return;
    await adding.send({ id: incident.id, kind: kindKey, description: description.trim(), ...sum, recoveredMinor, isEstimate }).then(onDone, () => undefined);
  };
  const recoveredFault = recoveredMinor === null ? t('incidents.amount.unreadable') : isTooMuch ? t('incidents.loss.recovered.more') : undefined;
  return (
    <Form className={css.form} onSubmit={() => void add()}>
      {adding.problem && <FaultSummary faults={adding.problem.errors} detail={adding.problem.detail} />}
      <TextField label={t('incidents.loss.what')} value={description} onValue={setDescription} maxLength={200} autoComplete="off" autoFocus error={isChecked && description.trim() === '' ? t('incidents.loss.what.missing') : undefined} />
      <SelectField label={t('incidents.loss.kind')} value={kind} onValue={setKind} placeholder={t('incidents.choose')} choices={LossKind.options.map((one) => ({ value: one, title: t(`incidents.loss.${one}`) }))} error={isChecked && !kindKey ? t('incidents.loss.kind.missing') : undefined} />
      <MoneyInput label={t('incidents.loss.amount')} value={sum} onValue={setSum} error={isChecked && sum === null ? t('incidents.amount.missing') : undefined} />
      <TextField label={t('incidents.loss.recovered')} isOptional inputMode="decimal" autoComplete="off" value={recovered} onValue={setRecovered} error={isChecked ? recoveredFault : undefined} {...(sum && { unit: sum.currency })} />
      <CheckField label={t('incidents.loss.guess')} isOn={isEstimate} onValue={setEstimate} />
      <FormFoot words={t('incidents.losses.add')} isBusy={adding.isBusy} onDone={onDone} />
    </Form>
  );
}
