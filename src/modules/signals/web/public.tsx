import { lazy } from 'react';

/** What other modules' screens may show of signals. */
export { placeWords } from './bytes.ts';
export { SignalReading } from './signal-reading.tsx';
export { SitePicker } from './site-picker.tsx';
export { useSite, useSites } from './sites.ts';

/** The line to paste in a shell; it is loaded when it is shown. */
export const TryLine = lazy(() => import('./try-line.tsx').then((file) => ({ default: file.TryLine })));
