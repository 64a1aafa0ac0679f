import { cx } from './class-names.ts';
import css from './icon.module.css';

// On a grid of 16, stroke 1.5, round joins; drawn for Parapet.
const PATHS = {
  watch: 'M8 8 12.5 3.5M8 2a6 6 0 1 0 6 6M8 5a3 3 0 1 0 3 3',
  command: 'M3 14V2.5M3 3h9l-2 3 2 3H3',
  cases: 'M1.8 4.5V13h12.4V5.5H8L6.5 3.5H1.8z',
  protection: 'M8 1.6 13.5 3.6V8c0 3.2-2.4 5.4-5.5 6.4C4.9 13.4 2.5 11.2 2.5 8V3.6z',
  risk: 'M2 14V2M2 14h12M4 4c1 5 4 7.5 9.5 8',
  programme: 'M3 2.500h8.500A1.5 1.5 0 0 1 13 4v9.500H4.500A1.5 1.5 0 0 1 3 12zM5.5 6h5M5.5 9h3',
  desk: 'M8 2.200a5.8 5.8 0 1 0 0 11.600A5.8 5.8 0 0 0 8 2.200M10.6 5.4 9 9l-3.6 1.600L7 7z',
  admin: 'M2 5h7M12.5 5H14M2 11h2M7.5 11H14M10.7 3.200v3.600M5.7 9.200v3.6',
  search: 'M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.4 10.4 14 14',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.3 3.300L13 4.8',
  add: 'M8 3v10M3 8h10',
  filter: 'M2 3.500h12M4.5 8h7M6.8 12.500h2.4',
  lock: 'M3.5 7.500h9V14h-9zM5.5 7.500V5a2.5 2.5 0 0 1 5 0v2.5',
  person: 'M8 2.200a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.600M2.5 14c.6-3 2.8-4.3 5.5-4.300s4.9 1.3 5.5 4.3',
  place: 'M8 14.500S3 10 3 6.500a5 5 0 0 1 10 0C13 10 8 14.5 8 14.500zM8 4.800a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4',
  bell: 'M3.5 11.500c1-1.2 1-2.5 1-4.500a3.5 3.5 0 0 1 7 0c0 2 0 3.3 1 4.500zM6.5 13.500h3',
  mute: 'M3.5 11.500c1-1.2 1-2.5 1-4.5 0-.6.1-1.1.4-1.600M6.6 3.800A3.5 3.5 0 0 1 11.5 7c0 1.5 0 2.6.4 3.500M6.5 13.500h3M2.5 2.500l11 11',
  sound: 'M2.5 6v4H5l3.5 3V3L5 6zM11 5.500a3.5 3.5 0 0 1 0 5M13 3.500a6.3 6.3 0 0 1 0 9',
  file: 'M3.5 1.800h6L12.5 5v9.200h-9zM9.3 1.800V5.200h3.2',
  link: 'M6.5 9.500a3 3 0 0 0 4.2 0l2.3-2.300A3 3 0 0 0 8.8 3L8 3.800M9.5 6.500a3 3 0 0 0-4.2 0L3 8.800A3 3 0 0 0 7.2 13l.8-.8',
  print: 'M4 6V2h8v4M4 11H2V6h12v5h-2M4 9h8v5H4z',
  call: 'M3 2.500h2.700L7 6 5.5 7.200a8 8 0 0 0 3.3 3.300L10 9l3.5 1.300V13a1 1 0 0 1-1 1C6.8 14 2 9.2 2 3.500a1 1 0 0 1 1-1z',
  door: 'M3.5 14V2h9v12M1.5 14h13M10 8.200v.6',
  camera: 'M1.5 5h8.500v6.500H1.500zM10 7.2 14.5 5v6.500L10 9.3',
  signal: 'M3 3.500c2 2.5 2 6.5 0 9M6.5 2.500c2.7 3.2 2.7 7.8 0 11M10 1.500c3.5 4 3.5 9 0 13',
  bolt: 'M9 1.5 3.5 9H8l-1 5.500L12.5 7H8z',
  hash: 'M6 2 4.5 14M11.5 2 10 14M2.5 5.500h11M2 10.500h11',
  window: 'M9 2.500h4.500V7M13.5 2.5 7.5 8.500M11 9.500v4H2.500V5h4',
  swap: 'M2 5.500h11L10.5 3M14 10.500H3L5.5 13',
  play: 'M4.5 2.800v10.400L13 8z',
  down: 'M3.5 6 8 10.5 12.5 6',
  up: 'M3.5 10.5 8 6l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  cut: 'M4.5 12.500a3 3 0 0 1-.3-6 4 4 0 0 1 7.6 1A2.5 2.5 0 0 1 12 12.500M6.5 9.500l3 3M9.5 9.500l-3 3',
  warning: 'M8 2 14.5 13.500h-13zM8 6.500v3.200M8 11.700v.1',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 4.800V8l2.3 1.6',
  undo: 'M5.5 3 2.5 6l3 3M2.5 6H10a3.5 3.5 0 0 1 0 7H6',
  out: 'M9.5 2.500H3v11h6.500M7 8h7M11.5 5.5 14 8l-2.5 2.5',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1.500v1.200M8 13.300v1.200M1.5 8h1.200M13.3 8h1.200M3.4 3.400l.8.8M11.8 11.800l.8.8M12.6 3.400l-.8.8M4.2 11.800l-.8.8',
  moon: 'M13.5 9.800A6 6 0 0 1 6.2 2.500a6 6 0 1 0 7.3 7.300z',
  keys: 'M1.5 4.500h13v8h-13zM4 7h.1M6.7 7h.1M9.3 7h.1M12 7h.1M5 10h6',
} as const;

export type IconName = keyof typeof PATHS;

type IconProps = { name: IconName; size?: 13 | 16 | 18 | 20; label?: string; className?: string | undefined };

/** An icon in the colour of its text; 13 inside small controls, 18 to 20 in the rail. It stands beside a word, or has a `label`. */
export function Icon({ name, size = 16, label, className }: IconProps) {
  const spoken = label === undefined ? { 'aria-hidden': true as const } : { role: 'img', 'aria-label': label };
  return (
    <svg className={cx(css.icon, className)} width={size} height={size} viewBox="0 0 16 16" {...spoken}>
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The battlements: Parapet's own mark. */
export const Mark = ({ size = 28 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden="true">
    <path d="M3 23V9h5v4h4V9h4v4h4V9h5v14z" fill="currentColor" />
  </svg>
);
