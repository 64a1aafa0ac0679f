const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

/**
 * The text in bytes that came as latin1. DC-09 says Windows-1252; senders also write UTF-8, which is told by its being valid.
 * Control characters become U+FFFD, so that the result can be stored and shown.
 */
export function readable(latin1: string): string {
  for (let i = 0; i < latin1.length; i++) {
    const code = latin1.charCodeAt(i);
    if (code < 32 || code > 126) return withoutControls(decode(Buffer.from(latin1, 'latin1')));
  }
  return latin1;
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}

const withoutControls = (text: string): string => text.replace(/\p{Cc}/gu, '\uFFFD');
