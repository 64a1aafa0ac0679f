import { useEffect, useSyncExternalStore } from 'react';
import type { DeviceState } from './device.ts';
import { device, type Line, sync } from './sync.ts';

/** How the store of this browser stands, and the line; sending begins with the first page that asks. */
export function useDevice(): { state: DeviceState; line: Line } {
  const state = useSyncExternalStore(device.subscribe, () => device.state);
  const line = useSyncExternalStore(sync.subscribe, () => sync.line);
  useEffect(() => sync.start(), []);
  return { state, line };
}
