import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Factors, type Passkey, removePasskey, renamePasskey } from '../../contract.ts';
import { agentWords } from '../account/session-words.ts';
import css from '../factors/factors.module.css';
import { useConfirmation } from '../factors/confirmation.tsx';
import { RecoveryCodes } from '../factors/recovery-codes.tsx';
import { t as factors } from '../factors/messages.en.ts';
import { knowsPasskeys } from './ceremony.ts';
import { t } from './messages.en.ts';
import { usePasskeyAdding } from './use-passkey.ts';

type Open = { kind: 'add' } | { kind: 'rename' | 'remove'; passkey: Passkey } | null;

/** My passkeys: named, renamed and removed. */
export function PasskeysPanel({ held }: { held: Factors }) {
  const [open, setOpen] = useState<Open>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const close = (): void => setOpen(null);
  const why = !held.canHavePasskeys ? t('identity.passkeys.no-name') : knowsPasskeys() ? t('identity.passkeys.why') : t('identity.passkeys.not-here');
  return (
    <Panel title={t('identity.passkeys')} actions={held.canHavePasskeys && knowsPasskeys() && <Button icon="add" onClick={() => setOpen({ kind: 'add' })}>{t('identity.passkeys.add')}</Button>}>
      <p className={css.note}>{why}{held.passkeys.length === 0 && ` ${t('identity.passkeys.none')}`}</p>
      {held.passkeys.length > 0 && <ul>{held.passkeys.map((passkey) => <One key={passkey.id} passkey={passkey} onOpen={setOpen} />)}</ul>}
      {open?.kind === 'add' && <AddDialog onClose={close} onAdded={(made) => { close(); setCodes(made); announce(t('identity.passkeys.added')); }} />}
      {open?.kind === 'rename' && <RenameDialog passkey={open.passkey} onClose={close} />}
      {open?.kind === 'remove' && <RemoveDialog passkey={open.passkey} onClose={close} />}
      {codes && <Dialog title={factors('identity.codes')} onClose={() => setCodes(null)}><RecoveryCodes codes={codes} onKept={() => setCodes(null)} /></Dialog>}
    </Panel>
  );
}

const One = ({ passkey, onOpen }: { passkey: Passkey; onOpen: (open: Open) => void }) => (
  <li className={css.line}>
    <div>
      <b className="strong">{passkey.name}</b> <span className="t2">{t('identity.passkeys.since')} <TwoTimes at={passkey.madeAt} /></span> {passkey.isSynced && <Tag look="line">{t('identity.passkeys.synced')}</Tag>}
      <p className="t2">{t('identity.passkeys.used')} {passkey.lastUsedAt === null ? t('identity.passkeys.never') : <TwoTimes at={passkey.lastUsedAt} />}</p>
      {passkey.suspectAt !== null && <p><Tag look="p1" icon="warning">{t('identity.passkeys.suspect')}</Tag> {t('identity.passkeys.suspect.what')}</p>}
    </div>
    <div className={css.verbs}>
      <Button look="quiet" aria-label={t('identity.passkeys.rename.of', { name: passkey.name })} onClick={() => onOpen({ kind: 'rename', passkey })}>{t('identity.passkeys.rename')}</Button>
      <Button aria-label={t('identity.passkeys.remove.of', { name: passkey.name })} onClick={() => onOpen({ kind: 'remove', passkey })}>{t('identity.passkeys.remove')}</Button>
    </div>
  </li>
);

function AddDialog({ onClose, onAdded }: { onClose: () => void; onAdded: (codes: readonly string[] | null) => void }) {
  const adding = usePasskeyAdding();
  const confirmation = useConfirmation();
  const [name, setName] = useState(() => agentWords(navigator.userAgent) ?? '');
  const submit = (): void => {
    if (name.trim() === '') return;
    void confirmation.run(async () => onAdded((await adding.run(name.trim())).recoveryCodes)).catch(() => undefined);
  };
  return (
    <>
      <Dialog title={t('identity.passkeys.add')} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={adding.isBusy}>{t('identity.passkeys.go-on')}</Button><Button onClick={onClose}>{t('identity.passkeys.cancel')}</Button></>}>
        <FaultSummary faults={[]} detail={adding.code === 'identity.confirm_first' ? undefined : adding.fault} />
        <TextField label={t('identity.passkeys.name')} help={t('identity.passkeys.name.help')} value={name} onValue={setName} error={name.trim() === '' ? t('identity.passkeys.name.missing') : undefined} />
      </Dialog>
      {confirmation.dialog}
    </>
  );
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', renamePasskey);
  const [name, setName] = useState(passkey.name);
  const rename = async (): Promise<void> => {
    if (name.trim() === '') return;
    await send({ id: passkey.id, name: name.trim() });
    announce(t('identity.passkeys.renamed', { name: name.trim() }));
    onClose();
  };
  return (
    <Dialog title={t('identity.passkeys.rename.of', { name: passkey.name })} onClose={onClose} onSubmit={() => void rename().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('identity.passkeys.save')}</Button><Button onClick={onClose}>{t('identity.passkeys.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('identity.passkeys.name')} help={t('identity.passkeys.name.help')} value={name} onValue={setName} error={name.trim() === '' ? t('identity.passkeys.name.missing') : undefined} />
    </Dialog>
  );
}

function RemoveDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', removePasskey);
  const confirmation = useConfirmation();
  const remove = async (): Promise<void> => {
    await send({ id: passkey.id });
    announce(t('identity.passkeys.removed', { name: passkey.name }));
    onClose();
  };
  return (
    <>
      <Dialog title={t('identity.passkeys.remove.of', { name: passkey.name })} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void confirmation.run(remove).catch(() => undefined)}>{t('identity.passkeys.remove')}</Button><Button onClick={onClose} data-autofocus>{t('identity.passkeys.cancel')}</Button></>}>
        <FaultSummary faults={[]} detail={problem?.code === 'identity.confirm_first' ? undefined : problem?.detail} />
        <p>{t('identity.passkeys.remove.what')}</p>
      </Dialog>
      {confirmation.dialog}
    </>
  );
}
