import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary } from '#ui/field.tsx';
import { Asked } from '#ui/states.tsx';
import { listSchedules, startRun } from '../contract.ts';
import { t } from './messages.en.ts';

/** Which classes a dry run looks at: all, unless some are taken off. */
export function StartDialog({ onClose, onStarted }: { onClose: () => void; onStarted: (id: string) => void }) {
  const reading = useRead('retention', listSchedules, {});
  const { send, isBusy, problem } = useSend('retention', startRun);
  const mayCount = useMay('retention:walled');
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const [withWalled, setWithWalled] = useState(false);
  const [isTried, setTried] = useState(false);
  const kinds = (reading.data?.kinds ?? []).filter(({ isRemoved }) => isRemoved);
  const classes = [...new Set(kinds.map((kind) => kind.class))].filter((name) => !off.has(name));
  const submit = async (): Promise<void> => {
    setTried(true);
    if (classes.length === 0) return;
    const { id } = await send({ classes, withWalled });
    announce(t('retention.run.started'));
    onClose();
    onStarted(id);
  };
  const turn = (name: string, isOn: boolean): void => setOff(new Set(isOn ? [...off].filter((one) => one !== name) : [...off, name]));
  return (
    <Dialog title={t('retention.run.start.title')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('retention.run.start')}</Button><Button onClick={onClose}>{t('retention.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={isTried && classes.length === 0 ? t('retention.run.classes.missing') : problem?.detail} />
      <p>{t('retention.run.start.words')}</p>
      <Asked reading={reading}>
        {() => <fieldset><legend className="strong">{t('retention.run.classes')}</legend>{kinds.map(({ key, title, class: name }) => <CheckField key={key} label={title} isOn={!off.has(name)} onValue={(isOn) => turn(name, isOn)} />)}</fieldset>}
      </Asked>
      {mayCount && <CheckField label={t('retention.run.walled')} isOn={withWalled} onValue={setWithWalled} />}
    </Dialog>
  );
}
