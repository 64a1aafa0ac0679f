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
