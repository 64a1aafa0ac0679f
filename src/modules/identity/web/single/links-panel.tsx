import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Factors, type Link, removeLink, signInWays } from '../../contract.ts';
import { useConfirmation } from '../factors/confirmation.tsx';
import css from '../factors/factors.module.css';
import { t } from './messages.en.ts';
import { useLinking } from './use-single.ts';

/** The providers that know me; not shown where there are none. */
export function LinksPanel({ held }: { held: Factors }) {
  const ways = useRead('identity', signInWays, {});
  const linking = useLinking();
  const confirmation = useConfirmation();
  const [removing, setRemoving] = useState<Link | null>(null);
  const open = ways.data?.providers.filter(({ id }) => held.links.every((link) => link.providerId !== id)) ?? [];
  if (held.links.length === 0 && open.length === 0) return null;
  const link = (id: string): void => void confirmation.run(() => linking.leave(id)).catch(() => undefined);
  return (
    <Panel title={t('identity.single')} actions={open.map(({ id, name }) => <Button key={id} isBusy={linking.isBusy} onClick={() => link(id)}>{t('identity.single.link', { name })}</Button>)}>
      <p className={css.note}>{t('identity.single.mine.why')}{held.links.length === 0 && ` ${t('identity.single.mine.none')}`}</p>
      {linking.fault && linking.code !== 'identity.confirm_first' && <FaultSummary faults={[]} detail={linking.fault} />}
      {held.links.length > 0 && <ul>{held.links.map((one) => <One key={one.id} link={one} onRemove={() => setRemoving(one)} />)}</ul>}
      {removing && <RemoveDialog link={removing} onClose={() => setRemoving(null)} />}
      {confirmation.dialog}
    </Panel>
  );
}

const One = ({ link, onRemove }: { link: Link; onRemove: () => void }) => (
  <li className={css.line}>
    <div>
      <b className="strong">{link.provider}</b> {link.knownAs} <span className="t2">{t('identity.single.since')} <TwoTimes at={link.madeAt} />, {t('identity.single.by', { name: link.madeBy })}</span>
      <p className="t2">{t('identity.single.used')} {link.lastUsedAt === null ? t('identity.single.never') : <TwoTimes at={link.lastUsedAt} />}</p>
    </div>
    <div className={css.verbs}><Button aria-label={t('identity.single.unlink.of', { name: link.provider })} onClick={onRemove}>{t('identity.single.unlink')}</Button></div>
  </li>
);

function RemoveDialog({ link, onClose }: { link: Link; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', removeLink);
  const confirmation = useConfirmation();
  const remove = async (): Promise<void> => {
    await send({ id: link.id });
    announce(t('identity.single.unlink.done', { name: link.provider }));
    onClose();
  };
  return (
    <>
      <Dialog title={t('identity.single.unlink.of', { name: link.provider })} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void confirmation.run(remove).catch(() => undefined)}>{t('identity.single.unlink')}</Button><Button onClick={onClose} data-autofocus>{t('identity.single.cancel')}</Button></>}>
        <FaultSummary faults={[]} detail={problem?.code === 'identity.confirm_first' ? undefined : problem?.detail} />
        <p>{t('identity.single.unlink.what')}</p>
      </Dialog>
      {confirmation.dialog}
    </>
  );
}
