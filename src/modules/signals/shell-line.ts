/**
 * A line for a shell that sends one frame over TCP and prints the answer up to its closing bracket. It asks for bash
 * only, which most machines have: its /dev/tcp needs no other program. `frame` holds printable ASCII, LF and CR.
 */
export function shellLine(frame: Buffer, { host, port }: { host: string; port: number }): string {
  if (!/^[A-Za-z0-9.:-]{1,255}$/.test(host)) throw new RangeError(`${host} is not a host to dial.`);
  const text = frame.toString('latin1');
  if (/[^\x20-\x7e\n\r]|['$`!]/.test(text)) throw new RangeError('Such a frame cannot stand in one line of a shell.');
  const format = text.replaceAll('\\', '\\\\\\\\').replaceAll('%', '%%').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `bash -c 'exec 3<>/dev/tcp/${host}/${port} && printf "${format}" >&3 && IFS= read -rt 5 -d "]" answer <&3 && echo "$answer]"'`;
}
