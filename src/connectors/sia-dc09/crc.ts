/** CRC-16/ARC (reflected polynomial 0xA001, start 0, no final xor), as SIA DC-07 and DC-09 ask; of `123456789` it is BB3D. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

/** The CRC after one more byte. */
export const crcStep = (crc: number, byte: number): number => (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number);

/** CRC-16/ARC of a text whose characters are bytes (latin1). */
export function crcOf(text: string): number {
  let crc = 0;
  for (let i = 0; i < text.length; i++) crc = crcStep(crc, text.charCodeAt(i));
  return crc;
}

/** Four upper-case hex digits of a number below 65,536. */
export const hex4 = (value: number): string => (HEX[value >>> 8] as string) + (HEX[value & 0xff] as string);
