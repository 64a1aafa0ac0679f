import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useList } from '#platform/web/query.ts';
import { type Option, Picker } from '#ui/picker.tsx';
import { listDevices } from '../contract.ts';

export { KIND_CHOICES } from './messages.en.ts';

type DevicePickerProps = { label: string; help?: ReactNode; error?: string | undefined; isOptional?: boolean; value: Option | null; onValue: (option: Option | null) => void; without?: string | undefined };

/** Chooses a device in use that I may see, found by words in its code, name, model or serial number. */
export function DevicePicker({ without, ...rest }: DevicePickerProps) {
  const [words, setWords] = useState('');
  const list = useList('devices', listDevices, { state: 'active', q: words || undefined, limit: 30 });
  const options = (list.data ?? []).filter(({ id }) => id !== without).map((device) => ({ value: device.id, title: device.name, note: [device.code, device.site].filter(Boolean).join(' · ') }));
  return <Picker {...rest} options={options} onWords={setWords} isSearching={list.state === 'waiting'} />;
}

const Shown = lazy(() => import('./live-picture.tsx'));

/** The picture of now of a camera, anew every two seconds while it is seen. Asks the camera as soon as it is drawn. */
export const LivePicture = (props: { deviceId: string; name: string; siteZone: string | undefined }) => <Suspense fallback={null}><Shown {...props} /></Suspense>;

const Played = lazy(() => import('./moving-pictures.tsx').then(({ MovingPictures }) => ({ default: MovingPictures })));

/** Moving pictures out of an operation that answers them, once. */
export const PlayedPictures = (props: { open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>; label: string; siteZone: string | undefined; turn: number; onOver: (over: { state: 'ended' } | { state: 'none'; detail: string }) => void }) => <Suspense fallback={null}><Played {...props} /></Suspense>;
