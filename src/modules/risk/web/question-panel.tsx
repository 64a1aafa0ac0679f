import { useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, NumberField, SelectField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { decimal } from '#platform/web/messages.ts';
import type { Asset, RiskFloor } from '../contract.ts';
import { type Answering, type Assumed, ENOUGH_SAMPLES, STRATEGIES, type Threat, TOOLS } from '../path-rules.ts';
import { t } from './messages.en.ts';
import type { StrategyFigure } from './study-messages.ts';
import css from './studio.module.css';
import { chanceWords, fieldOf, numberOf, secondsWords } from './words.ts';

type QuestionProps = {
  risk: RiskFloor; asset: Asset; threat: Threat; answering: Answering; assumed: Assumed | null; strategies: readonly StrategyFigure[] | null;
  onAsset: (id: string) => void; onThreat: (threat: Threat) => void; onAssumed: (assumed: Assumed | null) => void;
};

/** What is asked: the target, who comes, and how soon somebody is there. */
export function QuestionPanel({ risk, asset, threat, answering, assumed, strategies, onAsset, onThreat, onAssumed }: QuestionProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <Panel title={t('risk.question')}>
      <div className={css.pad}>
        <div className={css.two}>
          <SelectField label={t('risk.target')} value={asset.id} onValue={onAsset} choices={risk.assets.map(({ id, name }) => ({ value: id, title: name }))} />
          <SelectField label={t('risk.strategy')} value={threat.strategy} onValue={(strategy) => onThreat({ ...threat, strategy: strategy as Threat['strategy'] })} choices={STRATEGIES.map((value) => ({ value, title: t(`risk.strategy.${value}`) }))} />
        </div>
        <fieldset>
          <legend className="label">{t('risk.tools')}</legend>
          <div className={css.tools}>{TOOLS.filter((tool) => tool !== 'none').map((tool) => <CheckField key={tool} label={t(`risk.by.${tool}`)} isOn={threat.tools.includes(tool)} onValue={(isOn) => onThreat({ ...threat, tools: isOn ? [...threat.tools, tool] : threat.tools.filter((one) => one !== tool) })} />)}</div>
        </fieldset>
        <p className="row">
          <span><span className="t2">{t('risk.response')}</span> <b className="strong">{secondsWords(answering.response.timeS)}</b> <span className="t2">± {secondsWords(answering.response.timeSdS)}, {t('risk.communication', { value: decimal(answering.response.communication, 2) })}</span></span>
          <span className="space" />
          {assumed && <Button look="quiet" onClick={() => onAssumed(null)}>{t('risk.response.back')}</Button>}
          <Button look="quiet" onClick={() => setAsking(true)}>{t('risk.response.try')}</Button>
        </p>
        <p className="t2 small">{answering.isMeasured ? t('risk.response.measured', { n: answering.samples }) : assumed ? t('risk.response.tried') : t('risk.response.assumed', { n: answering.samples, enough: ENOUGH_SAMPLES })} {!answering.isMeasured && !assumed && risk.figures.response.basis}</p>
        {strategies && (
          <table className={css.strategies}>
            <thead><tr><th scope="col">{t('risk.strategy')}</th><th scope="col">{t('risk.pi')}</th><th scope="col">{t('risk.path-needs')}</th></tr></thead>
            <tbody>{strategies.map(({ strategy, interruption, delayS }) => <tr key={strategy}><th scope="row">{t(`risk.strategy.${strategy}`)}</th><td>{interruption === null ? t('risk.no-path.short') : chanceWords(interruption)}</td><td>{delayS === null ? '' : secondsWords(delayS)}</td></tr>)}</tbody>
          </table>
        )}
      </div>
      {isAsking && <ResponseDialog from={answering} onClose={() => setAsking(false)} onDone={onAssumed} />}
    </Panel>
  );
}

function ResponseDialog({ from: { response }, onClose, onDone }: { from: Answering; onClose: () => void; onDone: (assumed: Assumed) => void }) {
  const [time, setTime] = useState(fieldOf(response.timeS, 0));
  const [spread, setSpread] = useState(fieldOf(response.timeSdS, 0));
  const [communication, setCommunication] = useState(fieldOf(response.communication));
  const [isTried, setTried] = useState(false);
  const wrong = (text: string, most: number): string | undefined => { const value = numberOf(text); return isTried && (value === null || value > most) ? t(most === 1 ? 'risk.wrong.chance' : 'risk.wrong.number') : undefined; };
  const submit = (): void => {
    setTried(true);
    const [timeS, timeSdS, chance] = [numberOf(time), numberOf(spread), numberOf(communication)];
    if (timeS === null || timeSdS === null || chance === null || chance > 1) return;
    onDone({ timeS, timeSdS, communication: chance, basis: '' });
    onClose();
  };
  return (
    <Dialog title={t('risk.response.try')} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled">{t('risk.try')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button></>}>
      <p className="t2">{t('risk.response.what')}</p>
      <NumberField label={t('risk.response.time')} unit="s" value={time} onValue={setTime} error={wrong(time, 86_400)} data-autofocus />
      <NumberField label={t('risk.response.spread')} unit="s" value={spread} onValue={setSpread} error={wrong(spread, 86_400)} />
      <NumberField label={t('risk.response.communication')} value={communication} onValue={setCommunication} error={wrong(communication, 1)} />
    </Dialog>
  );
}
