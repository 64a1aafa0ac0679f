import { ffmpegHere } from './ffmpeg.ts';

/** Whether what needs ffmpeg is left out of the tests here; never where CI=true. */
export const isVideoSkipped = ffmpegHere() === null && process.env['CI'] !== 'true';
if (isVideoSkipped) console.warn('Skipped: what needs ffmpeg. `npm run test:setup` installs it.');
