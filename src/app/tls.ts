import { type Config, isLoopback } from '#platform/kernel/config.ts';

/** What a web server that ends TLS itself is given. */
export type TlsOptions = { cert: Buffer; key: Buffer; minVersion: 'TLSv1.2'; ciphers: string; honorCipherOrder: true };

// TLS 1.3's own, then of TLS 1.2 only those that authenticate what they encrypt and forget the key (RFC 9325, section 4.2).
const CIPHERS = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'];

/** TLS 1.2 and 1.3 with today's suites, the strongest first. */
export const tlsOptions = ({ cert, key }: { cert: Buffer; key: Buffer }): TlsOptions => ({ cert, key, minVersion: 'TLSv1.2', ciphers: CIPHERS.join(':'), honorCipherOrder: true });

/** What to do where people would reach the web app over a network in clear; null where they would not. */
export const inClear = ({ host, tls, trustProxy }: Pick<Config, 'host' | 'tls' | 'trustProxy'>): string | null =>
  tls !== undefined || trustProxy !== undefined || isLoopback(host)
    ? null
    : `HOST is ${host} without TLS: passwords and records cross the network in clear. Set PARAPET_TLS_CERT and PARAPET_TLS_KEY, or let only a proxy with TLS reach it and name that in PARAPET_TRUST_PROXY.`;
