import { v7 as uuidv7 } from 'uuid';
import { aWebServer, type WebServer } from '#platform/net/testing.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';

/** People of the register at a site, with a telephone number each; nobody signs in. */
export async function aCrowd({ owner }: Pick<FreshDatabase, 'owner'>, { siteId, count, prefix }: { siteId: string; count: number; prefix: string }): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7());
  await owner.query(`insert into access.person (id, kind, name, state) select id, 'human', $2 || ' ' || n, 'invited' from unnest($1::uuid[]) with ordinality as p(id, n)`, [ids, prefix]);
  await owner.query(`update people.person q set site_id = $2, phone = '+31 6 55' || lpad(n::text, 6, '0'), email = 'p' || n || '@' || $3 || '.example' from unnest($1::uuid[]) with ordinality as p(id, n) where q.id = p.id`, [ids, siteId, prefix.toLowerCase()]);
  return ids;
}

/** What a gateway took: the message's id, to whom, and what it says. */
export type TakenSms = { id: string; to: string; from?: string; text: string; receipts: string; authorization: unknown; key: unknown };
/** A gateway for SMS on a port of its own. `answer` says what comes of the n-th message: a status, nothing at all, or a line that breaks. */
export type SmsGateway = WebServer & { taken: TakenSms[] };

export async function aSmsGateway(answer: (n: number) => number | 'never' | 'broken' = () => 202): Promise<SmsGateway> {
  const taken: TakenSms[] = [];
  const server = await aWebServer((request, response) => {
    const one = JSON.parse(String(server.requests.at(-1)?.body)) as TakenSms;
    const said = answer(taken.length + 1);
    taken.push({ ...one, authorization: request.headers.authorization, key: request.headers['idempotency-key'] });
    if (said === 'never') return;
    if (said === 'broken') return void request.socket.destroy();
    response.writeHead(said, { 'content-type': 'application/json' }).end(JSON.stringify({ id: `gw-${taken.length}` }));
  });
  return Object.assign(server, { taken });
}
