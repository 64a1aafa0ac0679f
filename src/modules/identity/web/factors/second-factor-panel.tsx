import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { beginTotp, confirmTotp, type Factors, removeTotp, renewRecoveryCodes, type TotpBegun } from '../../contract.ts';
import { useConfirmation } from './confirmation.tsx';
import css from './factors.module.css';
import { t } from './messages.en.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { TotpSetup } from './totp-setup.tsx';

type Open = 'remove' | 'renew' | null;

/** The authenticator app and the recovery codes of My account. */
export function SecondFactorPanel({ factors }: { factors: Factors }) {
  const beginning = useSend('identity', beginTotp);
  const confirmation = useConfirmation();
  const [begun, setBegun] = useState<TotpBegun | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const begin = (): Promise<void> => confirmation.run(async () => setBegun(await beginning.send({})));
  const { totp, recoveryCodes } = factors;
  return (
    <Panel title={t('identity.second')}>
      {!totp && factors.passkeys.length === 0 && <p className={css.note}>{t('identity.second.none')}</p>}
      {factors.isRequired && <p className={css.note}>{t('identity.second.required')}</p>}
      <div className={css.line}>
        <div><b className="strong">{t('identity.second.app')}</b> <span className="t2">{totp ? <>{t('identity.second.since')} <TwoTimes at={totp.since} /></> : t('identity.second.off')}</span></div>
        <div className={css.verbs}>
          {totp && <Button look="quiet" aria-label={t('identity.second.remove.app')} onClick={() => setOpen('remove')}>{t('identity.second.remove')}</Button>}
          <Button isBusy={beginning.isBusy} onClick={() => void begin().catch(() => undefined)}>{t(totp ? 'identity.second.replace' : 'identity.second.set-up')}</Button>
        </div>
      </div>
      {recoveryCodes && (
        <div className={css.line}>
          <div><b className="strong">{t('identity.second.codes')}</b> <span className="t2">{t('identity.second.codes.left', { n: recoveryCodes.left })}, {t('identity.second.codes.made')} <TwoTimes at={recoveryCodes.madeAt} /></span></div>
          <div className={css.verbs}><Button onClick={() => setOpen('renew')}>{t('identity.second.codes.new')}</Button></div>
        </div>
      )}
      {beginning.problem && beginning.problem.code !== 'identity.confirm_first' && <FaultSummary faults={[]} detail={beginning.problem.detail} />}
      {begun && <SetupDialog begun={begun} isInstead={totp !== null} onClose={() => setBegun(null)} onDone={(made) => { setBegun(null); setCodes(made); announce(t('identity.second.added')); }} />}
      {codes && <CodesDialog codes={codes} onClose={() => setCodes(null)} />}
      {open === 'remove' && <RemoveDialog onClose={() => setOpen(null)} />}
      {open === 'renew' && <RenewDialog onClose={() => setOpen(null)} onMade={(made) => { setOpen(null); setCodes(made); }} />}
      {confirmation.dialog}
    </Panel>
  );
}

function SetupDialog({ begun, isInstead, onClose, onDone }: { begun: TotpBegun; isInstead: boolean; onClose: () => void; onDone: (codes: readonly string[] | null) => void }) {
  const { send, isBusy, problem } = useSend('identity', confirmTotp);
  const confirm = async (code: string): Promise<void> => onDone((await send({ code })).recoveryCodes);
  return (
    <Dialog title={t(isInstead ? 'identity.second.replace' : 'identity.second.set-up')} onClose={onClose}>
      {isInstead && <p className="t2">{t('identity.second.replace.what')}</p>}
      <TotpSetup begun={begun} isBusy={isBusy} problem={problem} onCode={(code) => void confirm(code).catch(() => undefined)}><Button onClick={onClose}>{t('identity.factors.cancel')}</Button></TotpSetup>
    </Dialog>
  );
}

const CodesDialog = ({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) => <Dialog title={t('identity.codes')} onClose={onClose}><RecoveryCodes codes={codes} onKept={onClose} /></Dialog>;

function RemoveDialog({ onClose }: { onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', removeTotp);
  const confirmation = useConfirmation();
  const remove = async (): Promise<void> => {
    await send({});
    announce(t('identity.second.removed'));
    onClose();
  };
  return (
    <Dialog title={t('identity.second.remove.app')} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void confirmation.run(remove).catch(() => undefined)}>{t('identity.second.remove')}</Button><Button onClick={onClose} data-autofocus>{t('identity.factors.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.code === 'identity.confirm_first' ? undefined : problem?.detail} />
      <p>{t('identity.second.remove.what')}</p>
      {confirmation.dialog}
    </Dialog>
  );
}

function RenewDialog({ onClose, onMade }: { onClose: () => void; onMade: (codes: readonly string[]) => void }) {
  const { send, isBusy, problem } = useSend('identity', renewRecoveryCodes);
  const confirmation = useConfirmation();
  const renew = async (): Promise<void> => onMade((await send({})).recoveryCodes);
  return (
    <Dialog title={t('identity.second.codes.new')} onClose={onClose} actions={<><Button look="filled" isBusy={isBusy} onClick={() => void confirmation.run(renew).catch(() => undefined)}>{t('identity.second.codes.new')}</Button><Button onClick={onClose} data-autofocus>{t('identity.factors.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.code === 'identity.confirm_first' ? undefined : problem?.detail} />
      <p>{t('identity.second.codes.new.what')}</p>
      {confirmation.dialog}
    </Dialog>
  );
}
