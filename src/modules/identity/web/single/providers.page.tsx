import { useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { Link } from '#platform/web/navigation.tsx';
import { useCommands } from '#platform/web/commands.ts';
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
import { TwoTimes } from '#ui/time.tsx';
import { changeProvider, checkProvider, listProviders, type Provider } from '../../contract.ts';
import css from './single.module.css';
import { t } from './messages.en.ts';
import { AddProvider, ChangeProvider } from './provider-form.tsx';

type Open = { kind: 'add' } | { kind: 'change' | 'turn'; provider: Provider } | null;

export default function ProvidersPage() {
  const reading = useRead('identity', listProviders, {});
  const [open, setOpen] = useState<Open>(null);
  const add = (): void => setOpen({ kind: 'add' });
  const close = (): void => setOpen(null);
  useWhere({ title: t('identity.single') });
  useCommands([{ key: 'C', title: t('identity.providers.new'), run: add }]);
  const verbs = (provider: Provider) => <Verbs provider={provider} onOpen={setOpen} />;
  const columns: readonly Column<Provider>[] = [
    { key: 'name', title: t('identity.providers.name'), cell: (provider) => <><b className="strong">{provider.name}</b> <span className="mono t2">{provider.issuer}</span></> },
    { key: 'state', title: t('identity.providers.state'), width: 80, cell: (provider) => <Standing provider={provider} /> },
    { key: 'asked', title: t('identity.providers.asked'), cell: (provider) => <WhenAsked provider={provider} /> },
    { key: 'links', title: t('identity.providers.linked'), width: 80, align: 'end', cell: (provider) => provider.links },
    { key: 'used', title: t('identity.providers.used'), isSpare: true, width: 170, cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="t3">{t('identity.single.never')}</span> : <TwoTimes at={lastUsedAt} />) },
    { key: 'verbs', title: t('identity.providers.change'), hidesTitle: true, width: 260, align: 'end', cell: verbs },
  ];
  return (
    <>
      <ListPage title={t('identity.single')} actions={<Button look="filled" keyCap="C" onClick={add}>{t('identity.providers.new')}</Button>} filters={<><p className="t2">{t('identity.providers.why')}</p><Link to="/directories">{t('identity.providers.directories')}</Link></>} foot={reading.state === 'ready' ? <ListFoot shown={reading.data.items.length} total={null} tookMs={null} /> : null}>
        <Asked reading={reading}>
          {({ items }) => items.length === 0 ? <Empty>{t('identity.providers.none')}</Empty> : (
            <DataTable label={t('identity.single')} columns={columns} rows={items} idOf={({ id }) => id} nameOf={({ name }) => name} onOpen={(provider) => setOpen({ kind: 'change', provider })} phone={(provider) => ({ title: provider.name, second: <><Standing provider={provider} /> <WhenAsked provider={provider} /></>, right: verbs(provider) })} />
          )}
        </Asked>
      </ListPage>
      {open?.kind === 'add' && <AddProvider backTo={reading.data?.backTo ?? ''} signOutTo={reading.data?.signOutTo ?? ''} onClose={close} />}
      {open?.kind === 'change' && <ChangeProvider provider={open.provider} onClose={close} />}
      {open?.kind === 'turn' && <TurnDialog provider={open.provider} onClose={close} />}
    </>
  );
}

const Standing = ({ provider: { isOn } }: { provider: Provider }) => <State fill={isOn ? 'full' : 'empty'}>{t(isOn ? 'identity.providers.state.on' : 'identity.providers.state.off')}</State>;

const WhenAsked = ({ provider: { asked } }: { provider: Provider }) =>
  asked === null ? <span className="t3">{t('identity.providers.not-asked')}</span> : <span className={css.asked}>{asked.isWell ? <Tag look="ok">{t('identity.providers.well')}</Tag> : <Tag look="p1" icon="warning">{t('identity.providers.badly')}</Tag>} <TwoTimes at={asked.at} />{!asked.isWell && <> {asked.words}</>}</span>;

function Verbs({ provider, onOpen }: { provider: Provider; onOpen: (open: Open) => void }) {
  const { send, isBusy } = useSend('identity', checkProvider);
  const check = (): Promise<void> => send({ id: provider.id }).then(({ words }) => announce(words), (error: unknown) => announce(error instanceof ProblemError ? error.detail : t('identity.providers.badly')));
  const turn = provider.isOn ? 'off' : 'on';
  return (
    <span className={css.verbs}>
      <Button isBusy={isBusy} aria-label={t('identity.providers.check.of', provider)} onClick={() => void check()}>{t('identity.providers.check')}</Button>
      <Button look="quiet" aria-label={t('identity.providers.change.of', provider)} onClick={() => onOpen({ kind: 'change', provider })}>{t('identity.providers.change')}</Button>
      <Button look="quiet" aria-label={t(`identity.providers.${turn}.of`, provider)} onClick={() => onOpen({ kind: 'turn', provider })}>{t(`identity.providers.${turn}`)}</Button>
    </span>
  );
}

function TurnDialog({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('identity', changeProvider);
  const turn = provider.isOn ? 'off' : 'on';
  const submit = async (): Promise<void> => {
    await send({ id: provider.id, isOn: !provider.isOn });
    announce(t('identity.providers.saved', provider));
    onClose();
  };
  return (
    <Dialog title={t(`identity.providers.${turn}.of`, provider)} onClose={onClose} actions={<><Button look={provider.isOn ? 'danger' : 'filled'} isBusy={isBusy} onClick={() => void submit().catch(() => undefined)}>{t(`identity.providers.${turn}`)}</Button><Button onClick={onClose} data-autofocus>{t('identity.single.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t(`identity.providers.${turn}.what`)}</p>
    </Dialog>
  );
}
