import { useList } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listPeoplesDevices } from '../contract.ts';
import { DeviceItem } from './device-parts.tsx';
import css from './offline.module.css';
import { t } from './messages.en.ts';

const VIEW = viewOf({ q: text() });

/** Devices of people within reach that keep records. */
export default function DevicesPage() {
  const [view, setView] = useView(VIEW);
  const list = useList('offline', listPeoplesDevices, { q: view.q });
  useWhere({ title: t('offline.devices.title') });
  return (
    <ListPage
      title={t('offline.devices.title')}
      filters={<><SearchBox label={t('offline.devices.find')} value={view.q} onValue={(q) => setView({ q })} /><p className="t2 desk-only">{t('offline.devices.why')}</p></>}
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
    >
      <Asked reading={list}>
        {(devices) => devices.length === 0 ? <Empty action={view.q && <Button onClick={() => setView({ q: undefined })}>{t('offline.devices.clear')}</Button>}>{t('offline.devices.none')}</Empty> : (
          <>
            <ul className={css.devices}>{devices.map((device) => <DeviceItem key={device.id} device={device} of="anyone" />)}</ul>
            {list.more && <Button look="quiet" onClick={list.more} isBusy={list.isReadingMore}>{t('offline.devices.more')}</Button>}
          </>
        )}
      </Asked>
    </ListPage>
  );
}
