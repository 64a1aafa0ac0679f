import type { Sender } from '#platform/wire/port.ts';
import { Dialler } from './dialler.ts';

/** A panel's transmitter over TCP; its words are a token, a space and the data: `SIA-DCS Nri1/BA001`. `key` is hexadecimal. */
export function openSender({ to, account, key }: { to: string; account: string; key?: string }): Sender {
  const { hostname, port } = new URL(to);
  const dialler = new Dialler({ host: hostname, port: Number(port), account, key: key === undefined ? null : Buffer.from(key, 'hex'), resendMs: 2_000, firstSequence: (Math.floor(Date.now() / 1000) % 9_999) + 1 });
  const taken = async (answer: ReturnType<Dialler['testLink']>): Promise<void> => {
    const { kind } = await answer;
    if (kind !== 'ACK') throw new Error(`The receiver answered ${kind}.`);
  };
  return {
    send: (words) => {
      const [, token = '', data = ''] = /^(SIA-DCS|ADM-CID) (.*)$/s.exec(words) ?? [];
      if (token !== 'SIA-DCS' && token !== 'ADM-CID') return Promise.reject(new RangeError(`No words of DC-09: ${words}`));
      return taken(dialler.sendEvent(token, data, { sentAt: Date.now() }));
    },
    testLink: () => taken(dialler.testLink()),
    close: () => dialler.close(),
  };
}
