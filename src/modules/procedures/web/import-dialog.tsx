import { useState } from 'react';
import { useGo } from '#platform/web/navigation.tsx';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, Field } from '#ui/field.tsx';
import { importProcedure } from '../contract.ts';
import { t } from './messages.en.ts';

/** A procedure from a file becomes a draft: a new one, or a version of the one with its key. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const sending = useSend('procedures', importProcedure);
  const go = useGo();
  const [file, setFile] = useState<File | null>(null);
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!file) return;
    const { id } = await sending.send({ format: /\.csv$/i.test(file.name) ? 'csv' : 'json', text: await file.text() });
    go(`/watch/procedures/${id}`);
  };
  return (
    <Dialog
      title={t('procedures.import')}
      onClose={onClose}
      onSubmit={() => void submit().catch(() => undefined)}
      actions={<><Button type="submit" look="filled" size="large" isBusy={sending.isBusy}>{t('procedures.import.send')}</Button><Button size="large" onClick={onClose}>{t('procedures.cancel')}</Button></>}
    >
      {sending.problem && <FaultSummary faults={[]} detail={sending.problem.detail} />}
      <Field label={t('procedures.import.file')} error={isTried && !file ? t('procedures.import.choose') : undefined}>
        {({ id, describedBy, isInvalid }) => <input id={id} type="file" accept=".json,.csv" aria-describedby={describedBy} aria-invalid={isInvalid} onChange={(event) => setFile(event.target.files?.[0] ?? null)} />}
      </Field>
    </Dialog>
  );
}
