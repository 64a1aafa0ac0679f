import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { closeBundle, type Exhibit, listBundles } from '../contract.ts';
import css from './exhibits.module.css';
import { t } from './messages.en.ts';

/** The evidence bundles of a case, and how a stranger checks them. */
export function BundlesPart({ caseId, exhibits, mayClose, mayFetch }: { caseId: string; exhibits: readonly Exhibit[]; mayClose: boolean; mayFetch: boolean }) {
  const reading = useRead('exhibits', listBundles, { caseId });
  const [isClosing, setClosing] = useState(false);
  return (
    <Panel title={t('exhibits.bundles')} actions={mayClose && exhibits.length > 0 && <Button onClick={() => setClosing(true)}>{t('exhibits.bundle.close')}</Button>}>
      <Asked reading={reading}>{({ items, fingerprints }) => (items.length === 0 ? <Empty>{t('exhibits.bundles.none')}</Empty> : <>
        <ul className={css.items} aria-label={t('exhibits.bundles')}>
          {items.map(({ id, number, purpose, closedAt, closedBy, exhibits: numbers }) => (
            <li key={id} className={css.item}>
              <div className={css.words}><span><b className="mono">{number}</b> {purpose}</span><span className="t2 small">{closedBy} <TwoTimes at={closedAt} /> · {numbers.join(', ')}</span></div>
              {mayFetch && <a className="strong" href={`/api/exhibits/bundles/${id}/content`} download={`${number}.tar`}>{t('exhibits.bundle.download')}<span className="unseen"> {number}</span></a>}
            </li>
          ))}
        </ul>
        <div className={css.pad}>
          <p className="t2">{t('exhibits.bundle.said')}</p>
          {fingerprints.map((one) => <code key={one} className={`mono small ${css.hash}`}>{one}</code>)}
        </div>
      </>)}</Asked>
      {isClosing && <CloseDialog caseId={caseId} exhibits={exhibits} onClose={() => setClosing(false)} />}
    </Panel>
  );
}

function CloseDialog({ caseId, exhibits, onClose }: { caseId: string; exhibits: readonly Exhibit[]; onClose: () => void }) {
  const sending = useSend('exhibits', closeBundle);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(exhibits.map(({ id }) => id)));
  const [purpose, setPurpose] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (chosen.size === 0 || purpose.trim().length < 3) return;
    void sending.send({ caseId, exhibitIds: [...chosen], purpose: purpose.trim() }).then(({ number }) => {
      announce(t('exhibits.bundle.closed', { number }));
      onClose();
    }, () => undefined);
  };
  const choose = (id: string, isOn: boolean): void => setChosen(new Set([...chosen].filter((one) => one !== id).concat(isOn ? [id] : [])));
  return (
    <Dialog title={t('exhibits.bundle.close')} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('exhibits.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('exhibits.bundle.close')}</Button></>}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        {isTried && chosen.size === 0 && <p role="alert" className={css.late}>{t('exhibits.bundle.choose')}</p>}
        {exhibits.map(({ id, number, title }) => <CheckField key={id} label={<><span className="mono">{number}</span> {title}</>} isOn={chosen.has(id)} onValue={(isOn) => choose(id, isOn)} />)}
        <TextField label={t('exhibits.purpose')} value={purpose} onValue={setPurpose} maxLength={500} error={problem?.of('/purpose') ?? (isTried && purpose.trim().length < 3 ? t('exhibits.say') : undefined)} />
      </div>
    </Dialog>
  );
}
