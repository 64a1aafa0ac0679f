import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { requireSecondFactor, type RoleRule, signInPolicy } from '../contract.ts';
import { t } from './factors/messages.en.ts';

export default function SignInPolicyPage() {
  const reading = useRead('identity', signInPolicy, {});
  const [turning, setTurning] = useState<RoleRule | null>(null);
  useWhere({ title: t('identity.policy') });
  const verb = (role: RoleRule) => <Button aria-label={titleOf(role)} onClick={() => setTurning(role)}>{t(role.secondFactor ? 'identity.policy.release' : 'identity.policy.require')}</Button>;
  const standing = (role: RoleRule) => <State fill={role.secondFactor ? 'full' : 'empty'}>{t(role.secondFactor ? 'identity.policy.on' : 'identity.policy.off')}</State>;
  const columns: readonly Column<RoleRule>[] = [
    { key: 'role', title: t('identity.policy.role'), cell: (role) => <><b className="strong">{role.title}</b> {role.isAdministrative && <Tag look="line">{t('identity.policy.administers')}</Tag>}</> },
    { key: 'holders', title: t('identity.policy.holders'), width: 100, align: 'end', cell: (role) => role.holders },
    { key: 'without', title: t('identity.policy.without'), width: 120, align: 'end', cell: (role) => role.without },
    { key: 'required', title: t('identity.policy.required'), width: 160, cell: standing },
    { key: 'turn', title: t('identity.policy.require'), hidesTitle: true, width: 150, align: 'end', cell: verb },
  ];
  const isBegun = reading.data?.roles.every((role) => !role.isAdministrative || role.holders === 0 || role.secondFactor) ?? true;
  return (
    <ListPage title={t('identity.policy')} filters={<p className="t2">{t('identity.policy.why')}{!isBegun && <> <b className="strong">{t('identity.policy.begin')}</b></>}</p>} foot={reading.state === 'ready' ? <ListFoot shown={reading.data.roles.length} total={null} tookMs={null} /> : null}>
      <Asked reading={reading}>
        {({ roles }) => roles.length === 0 ? <Empty>{t('identity.policy.none')}</Empty> : (
          <DataTable label={t('identity.policy')} columns={columns} rows={roles} idOf={(role) => role.key} nameOf={(role) => role.title} onOpen={setTurning} phone={(role) => ({ title: role.title, second: standing(role), right: verb(role) })} />
        )}
      </Asked>
      {turning && <TurnDialog role={turning} onClose={() => setTurning(null)} />}
    </ListPage>
  );
}

const titleOf = ({ secondFactor, title }: RoleRule): string => t(secondFactor ? 'identity.policy.release.of' : 'identity.policy.require.of', { role: title });

function TurnDialog({ role, onClose }: { role: RoleRule; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', requireSecondFactor);
  const turn = async (): Promise<void> => {
    await send({ roleKey: role.key, secondFactor: !role.secondFactor });
    announce(t(role.secondFactor ? 'identity.policy.released.done' : 'identity.policy.required.done', { role: role.title }));
    onClose();
  };
  return (
    <Dialog title={titleOf(role)} onClose={onClose} actions={<><Button look="filled" isBusy={isBusy} onClick={() => void turn().catch(() => undefined)}>{t(role.secondFactor ? 'identity.policy.release' : 'identity.policy.require')}</Button><Button onClick={onClose} data-autofocus>{t('identity.factors.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{role.secondFactor ? t('identity.policy.release.what') : t('identity.policy.require.what', { n: role.without })}</p>
    </Dialog>
  );
}
