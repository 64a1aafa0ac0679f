const HEX = /^[0-9A-Fa-f]+$/;
const PRINTABLE = /^[!-~]+$/;

/** The bytes of an AES key as a panel's manual gives it: 32, 48 or 64 hexadecimal digits, else a text of 16, 24 or 32 characters. Null for anything else. */
export function readKey(text: string): Uint8Array | null {
  const digits = text.replace(/[ :-]/g, '');
  if ([32, 48, 64].includes(digits.length) && HEX.test(digits)) return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return [16, 24, 32].includes(text.length) && PRINTABLE.test(text) ? new TextEncoder().encode(text) : null;
}

/** 128, 192 or 256; null where it is no key. */
export const keyBits = (text: string): number | null => {
  const key = readKey(text);
  return key && key.length * 8;
};

const DEVICE_SERVICE = '/onvif/device_service';

/** The address of a camera's device service from what a person writes: `10.1.2.3`, `camera-7:8080` or the whole address. Null where it is none, or carries a name and password. */
export function readCameraAddress(text: string): string | null {
  const written = text.trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  if (written === '' || !URL.canParse(whole)) return null;
  const url = new URL(whole);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '' || url.hash !== '' || /\s/.test(written)) return null;
  if (url.pathname === '/') url.pathname = DEVICE_SERVICE;
  return url.href.length <= 255 ? url.href : null;
}
