import type { DecodedEvent } from './content.ts';

/** Qualifier, code, partition and number, with or without the message type 18 or 98 of DC-05 before them and a space after the qualifier. */
const CONTACT_ID = /^(?:[19]8 ?)?([0-9]) ?([0-9A-F]{3}) ?([0-9A-F]{1,3}) ([0-9A-F]{1,4})$/;

/** The event of a Contact ID block (`1130 01 015`: DC-05 in the form of DC-07), or null where it is none. */
export function decodeContactId(block: string): DecodedEvent | null {
  const [, qualifier, code, area, number] = CONTACT_ID.exec(block) ?? [];
  if (!qualifier || !code || !area || !number) return null;
  return {
    token: 'ADM-CID',
    code,
    qualifier: Number(qualifier),
    number,
    numberName: null,
    area,
    areaName: null,
    user: null,
    userName: null,
    peripheral: null,
    peripheralName: null,
    time: null,
    date: null,
    isOld: false,
    others: [],
  };
}
