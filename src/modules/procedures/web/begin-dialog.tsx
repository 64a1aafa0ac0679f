import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField } from '#ui/field.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { beginRun, listProcedures } from '../contract.ts';
import { t } from './messages.en.ts';

/** A procedure is begun by hand: where the type of the alarm begins none, or beside the one that it began. */
export function BeginDialog({ recordId, onClose }: { recordId: string; onClose: () => void }) {
  const sending = useSend('procedures', beginRun);
  const list = useRead('procedures', listProcedures, { state: 'active' });
  const [procedureId, setProcedureId] = useState('');
  const submit = async (): Promise<void> => {
    if (procedureId === '') return;
    await sending.send({ recordId, procedureId });
    onClose();
  };
  const isEmpty = list.data?.items.length === 0;
  return (
    <Dialog
      title={t('procedures.begin')}
      onClose={onClose}
      onSubmit={() => void submit().catch(() => undefined)}
      actions={
        <>
          {!isEmpty && <Button type="submit" look="filled" size="large" isBusy={sending.isBusy}>{t('procedures.begin.send')}</Button>}
          <Button size="large" onClick={onClose}>{t('procedures.cancel')}</Button>
        </>
      }
    >
      {sending.problem && <FaultSummary faults={[]} detail={sending.problem.detail} />}
      <Asked reading={list}>
        {({ items }) => items.length === 0 ? <Empty>{t('procedures.begin.none')}</Empty> : <SelectField label={t('procedures.begin.which')} value={procedureId} onValue={setProcedureId} placeholder={t('procedures.begin.choose')} choices={items.map(({ id, title }) => ({ value: id, title }))} />}
      </Asked>
    </Dialog>
  );
}
