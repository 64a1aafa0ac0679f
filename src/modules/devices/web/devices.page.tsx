import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { addDevice, type Device, listDevices } from '../contract.ts';
import { DeviceForm, type DeviceValues } from './device-form.tsx';
import { DeviceFacts, ReachTag } from './device-health.tsx';
import { KIND_CHOICES, kindWord, KINDS, t } from './messages.en.ts';
import { ReckoningDialog } from './settings-dialogs.tsx';

const VIEW = viewOf({ state: one(['active', 'retired', 'any']), kind: one(['', ...KINDS]), reach: one(['', 'up', 'down', 'unknown']), q: text(), sort: one(['name', 'code']), peek: text(), new: flag() });

const COLUMNS: readonly Column<Device>[] = [
  { key: 'code', title: t('devices.code'), width: 130, sort: ['code', 'code'], cell: (device) => <span className="mono t2 cut">{device.code}</span> },
  { key: 'name', title: t('devices.name'), sort: ['name', 'name'], cell: (device) => <span className="row"><b className="strong cut">{device.name}</b>{device.state === 'retired' && <Tag look="line">{t('devices.state.retired')}</Tag>}</span> },
  { key: 'reach', title: t('devices.reach'), width: 100, cell: (device) => <ReachTag reach={device.reach} /> },
  { key: 'kind', title: t('devices.kind'), width: 120, cell: (device) => kindWord(device.kind) },
  { key: 'site', title: t('devices.site'), width: 180, cell: (device) => <span className="cut">{device.site ?? ''}</span> },
  { key: 'model', title: t('devices.model'), isSpare: true, cell: (device) => <span className="t2 cut">{[device.make, device.model].filter(Boolean).join(' ')}</span> },
  { key: 'behind', title: t('devices.behind'), isSpare: true, width: 170, cell: (device) => <span className="t2 cut">{device.behind ?? ''}</span> },
];

export default function DevicesPage() {
  const [view, setView] = useView(VIEW);
  const mayWrite = useMay('devices:register');
  const [isReckoning, setReckoning] = useState(false);
  useWhere({ title: t('devices.title') });
  useCommands(mayWrite ? [{ key: 'C', title: t('devices.new'), run: () => setView({ new: true }) }] : []);
  const list = useList('devices', listDevices, { state: view.state === 'any' ? undefined : view.state, kind: view.kind || undefined, reach: view.reach || undefined, q: view.q, sort: view.sort });
  const peeked = list.data?.find((device) => device.id === view.peek);
  const isFiltered = view.q !== undefined || view.kind !== '' || view.reach !== '' || view.state !== 'active';
  const empty = isFiltered ? <Empty action={<Button onClick={() => setView({ q: undefined, kind: '', reach: '', state: 'active' })}>{t('devices.clear')}</Button>}>{t('devices.none')}</Empty> : <Empty>{t(mayWrite ? 'devices.empty' : 'devices.empty.mine')}</Empty>;
  return (
    <>
      <ListPage
        title={t('devices.title')}
        actions={<>
          <Button onClick={() => location.assign('/api/devices/export')}>{t('devices.export')}</Button>
          {mayWrite && <><LinkButton to="/imports?kind=devices.device">{t('devices.import')}</LinkButton><Button onClick={() => setReckoning(true)}>{t('devices.cost.set')}</Button><Button look="filled" keyCap="C" onClick={() => setView({ new: true })}>{t('devices.new')}</Button></>}
        </>}
        filters={<>
          <SearchBox label={t('devices.find')} value={view.q} onValue={(q) => setView({ q })} />
          <FilterSelect label={t('devices.state')} value={view.state} all="active" onValue={(value) => setView({ state: value as typeof view.state })} choices={(['active', 'retired', 'any'] as const).map((value) => ({ value, title: value === 'any' ? t('devices.any') : t(`devices.state.${value}`) }))} />
          <FilterSelect label={t('devices.reach')} value={view.reach} onValue={(value) => setView({ reach: value as typeof view.reach })} choices={[{ value: '', title: t('devices.all') }, ...(['up', 'down', 'unknown'] as const).map((value) => ({ value, title: t(`devices.is.${value}`) }))]} />
          <FilterSelect label={t('devices.kind')} value={view.kind} onValue={(value) => setView({ kind: value as typeof view.kind })} choices={[{ value: '', title: t('devices.all') }, ...KIND_CHOICES()]} />
        </>}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null}
        peek={peeked ? { name: peeked.code, onClose: () => setView({ peek: undefined }), body: <><h2 className="head">{peeked.name}</h2><ReachTag reach={peeked.reach} /><DeviceFacts device={peeked} /><LinkButton to={`/watch/devices/${peeked.id}`} size="large">{t('devices.open')}</LinkButton></> } : null}
      >
        <Asked reading={list}>{(devices) => (devices.length === 0 ? empty : <Table devices={devices} list={list} view={view} setView={setView} />)}</Asked>
      </ListPage>
      {view.new && mayWrite && <NewDevice onClose={() => setView({ new: false })} />}
      {isReckoning && <ReckoningDialog onClose={() => setReckoning(false)} />}
    </>
  );
}

type TableProps = { devices: readonly Device[]; list: { more: (() => void) | null; isReadingMore: boolean }; view: { sort: 'name' | 'code'; peek: string | undefined }; setView: (change: { sort?: 'name' | 'code'; peek?: string | undefined }) => void };

function Table({ devices, list, view, setView }: TableProps) {
  const go = useGo();
  return (
    <DataTable
      label={t('devices.title')} columns={COLUMNS} rows={devices} idOf={(device) => device.id} nameOf={(device) => device.name} onOpen={(device) => go(`/watch/devices/${device.id}`)}
      peeked={view.peek} onPeek={(device) => setView({ peek: device?.id })} sort={view.sort} onSort={(sort) => setView({ sort: sort as 'name' | 'code' })} more={list.more} isReadingMore={list.isReadingMore}
      phone={(device) => ({ title: device.name, second: [device.code, kindWord(device.kind), device.site].filter(Boolean).join(' · '), right: <ReachTag reach={device.reach} /> })}
    />
  );
}

function NewDevice({ onClose }: { onClose: () => void }) {
  const go = useGo();
  const adding = useSend('devices', addDevice);
  const add = async (values: DeviceValues): Promise<void> => {
    const device = await adding.send(values);
    announce(t('devices.added', { name: device.name }));
    go(`/watch/devices/${device.id}`);
  };
  return <DeviceForm title={t('devices.new')} does={t('devices.add')} device={null} isBusy={adding.isBusy} problem={adding.problem} onSend={(values) => void add(values).catch(() => undefined)} onClose={onClose} />;
}
