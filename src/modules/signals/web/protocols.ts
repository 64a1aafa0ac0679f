import { readCameraAddress } from '../rules.ts';

/** The protocols that a person adds sources of, and how an account of each looks. */
export const PROTOCOLS = {
  dc09: { name: 'SIA DC-09', fits: /^[0-9A-Za-z]{1,16}$/ },
  syslog: { name: 'Syslog', fits: /^[!-~]{1,255}$/ },
  mqtt: { name: 'MQTT', fits: /^(?!\$share\/)(?:(?:\+|[^+#/\p{Cc}]*)\/)*(?:\+|#|[^+#/\p{Cc}]+)$/u },
  mail: { name: 'Mail', fits: /^$/ },
  http: { name: 'HTTP', fits: /^[\w.:@-]{0,60}$/ },
  onvif: { name: 'ONVIF', fits: { test: (text: string): boolean => readCameraAddress(text) !== null } },
} as const;
export type Protocol = keyof typeof PROTOCOLS;

export const asProtocol = (text: string): Protocol => (text in PROTOCOLS ? (text as Protocol) : 'dc09');
export const protocolName = (text: string): string => (text in PROTOCOLS ? PROTOCOLS[text as Protocol].name : text);

/** Whether the messages of a protocol have no codes of their own, so that a mapping reads them. */
export const isMapped = (protocol: string): boolean => protocol !== 'dc09';
