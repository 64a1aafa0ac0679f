import { useState } from 'react';
import type { Reply } from '#platform/kernel/contract.ts';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { type readPerson, setManager } from '../contract.ts';
import { t } from './messages.en.ts';
import { PersonPicker } from './public.tsx';

/** Says to whom somebody reports, or to nobody. */
export function ManagerDialog({ person, onClose }: { person: Reply<typeof readPerson>; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('people', setManager);
  const [manager, setChosen] = useState<Option | null>(person.manager && { value: person.manager.id, title: person.manager.name });
  const submit = async (): Promise<void> => {
    await send({ id: person.id, managerId: manager?.value ?? null });
    announce(manager ? t('people.manager.done', { name: person.name, manager: manager.title }) : t('people.manager.gone', { name: person.name }));
    onClose();
  };
  return (
    <Dialog title={`${t('people.manager')}: ${person.name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('people.save')}</Button><Button onClick={onClose}>{t('people.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem && problem.errors.length === 0 ? problem.detail : undefined} />
      <PersonPicker label={t('people.manager')} help={t('people.manager.help')} isOptional value={manager} onValue={setChosen} error={problem?.of('/managerId')} />
    </Dialog>
  );
}
