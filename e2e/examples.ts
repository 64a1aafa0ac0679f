import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { readSignIns } from '../src/app/demo/sign-ins.ts';
import { Dialler } from '../src/connectors/sia-dc09/dialler.ts';
import { type Api, type Product, signIn } from './product.ts';

/** Who looks: people of the demonstration, by the beginning of their address. */
const STARTS = { chief: 'ingrid', administrator: 'pavel', supervisor: 'mireille', investigator: 'caoimhe' } as const;
export type Reader = keyof typeof STARTS;
export const READERS = Object.keys(STARTS) as readonly Reader[];

export type Readers = Record<Reader, { api: Api; personId: string; permissions: readonly string[] }>;

/** Records of the demonstration that stand for all of their kind. */
export type Examples = { freeAlarm: string; procedure: string; run: string; heldAlarm: string; closedAlarm: string; handedAlarm: string; signal: string; source: string; openIncident: string; closedIncident: string; reviewedIncident: string; walledIncident: string; room: string; report: string; exhibit: string; person: string; site: string; floor: string; decision: string; notice: string; glassAsk: string; device: string; workorder: string; pack: string; exercise: string; process: string; rule: string; ruleTest: string; onTest: string; headEnd: string; destination: string; notification: string; muster: string; shift: string };

/** Signs the readers in. */
export async function readersOf({ url, dataDir }: Product): Promise<Readers> {
  const signIns = readSignIns(join(dataDir, 'demo'));
  const one = async (reader: Reader) => {
    const found = signIns.find(({ email }) => email.startsWith(STARTS[reader]));
    if (!found) throw new Error(`The demonstration has no sign-in of ${STARTS[reader]}.`);
    const api = await signIn(url, { email: found.email, password: found.password, found: false });
    const { personId, permissions } = await api.get<{ personId: string; permissions: string[] }>('/api/identity/me');
    return { api, personId, permissions };
  };
  return { chief: await one('chief'), administrator: await one('administrator'), supervisor: await one('supervisor'), investigator: await one('investigator') };
}

type Alarm = { id: string; number: string; title: string; sourceName: string; handling: string; incidentId: string | null };
type Incident = { id: string; state: string; isWalled: boolean; losses: unknown[] };
/** An id that no record has. */
export const NOBODYS = '01900000-0000-7000-8000-000000000000';
const ACCOUNT = '9001';
const SOURCE = 'Panel of the examples';

/** Finds the records that stand for their kind, and makes what the demonstration leaves out. */
export async function findExamples({ dc09Port }: Product, readers: Readers): Promise<Examples> {
  const { chief, administrator, supervisor, investigator } = readers;
  const { items: sites } = await chief.api.get<{ items: { id: string }[] }>('/api/sites?q=Halden');
  const { items: people } = await administrator.api.get<{ items: { id: string }[] }>('/api/people?q=Sanne');
  const site = idOf(sites, 'site', () => true);
  const source = await administrator.api.post<{ id: string }>('/api/signals/sources', { protocol: 'dc09', account: ACCOUNT, name: SOURCE, siteId: site });
  const headEnd = await administrator.api.post<{ id: string; secret: string }>('/api/signals/sources', { protocol: 'http', name: 'Head-end of the examples', siteId: site });
  await administrator.api.raw(`/api/signals/webhooks/${headEnd.id}`, { method: 'POST', body: '{"event":"door_held","door":{"name":"Lobby"}}', headers: { 'x-api-key': headEnd.secret } });
  await administrator.api.post('/api/identity/keys', { name: 'Door sensors', roleKey: 'service-source', siteId: site });
  const { items: workOrders } = await chief.api.get<{ items: { id: string }[] }>('/api/workorders?state=fixed&limit=1');
  const { items: processes } = await chief.api.get<{ items: { id: string }[] }>('/api/continuity/processes?limit=1');
  const { items: exercises } = await chief.api.get<{ items: { id: string }[] }>('/api/exercises?limit=1');
  const { items: packs } = await chief.api.get<{ items: { id: string; state: string }[] }>('/api/desk/packs');
  const { items: devices } = await chief.api.get<{ items: { id: string }[] }>('/api/devices?kind=reader&limit=1');
  await sendFrames(dc09Port);
  const [free, held] = await raised(supervisor.api);
  for (const verb of ['claim', 'acknowledge']) await supervisor.api.post(`/api/alarms/${held.id}/${verb}`);
  const { items: runs } = await supervisor.api.get<{ items: { id: string; procedureId: string }[] }>(`/api/procedures/runs/on?recordId=${held.id}`);
  const { items: alarms } = await supervisor.api.get<{ items: Alarm[] }>('/api/alarms?state=closed&limit=200');
  const { items: incidents } = await investigator.api.get<{ items: Incident[] }>('/api/incidents?limit=200');
  const { items: signals } = await chief.api.get<{ items: { id: string }[] }>(`/api/signals?account=${ACCOUNT}`);
  const { items: reviews } = await chief.api.get<{ items: { incidentId: string }[] }>('/api/incidents/reviews?limit=1');
  const { items: rooms } = await investigator.api.get<{ items: { id: string }[] }>('/api/cases?state=open&limit=1');
  const { items: exhibits } = await investigator.api.get<{ items: { id: string }[] }>('/api/exhibits?limit=1');
  await investigator.api.post('/api/cases/report', { text: 'The night shift lets pallets go through gate 2' });
  const { items: reports } = await investigator.api.get<{ items: { id: string }[] }>('/api/cases/reports?limit=1');
  const openIncident = idOf(incidents, 'open incident', ({ state, isWalled }) => state === 'open' && !isWalled);
  const proposed = await chief.api.post<{ decisionId?: string }>('/api/identity/grants', { personId: idOf(people, 'person', () => true), roleKey: 'officer', reason: 'Helps out on the ground' });
  const asked = await chief.api.post<{ id: string }>('/api/identity/glass', { number: 'INC-W-2026-99999', reason: 'imminent danger to life', words: 'A life is in danger and nobody behind the wall answers.', witnessId: supervisor.personId });
  await chief.api.post('/api/notify/test');
  const notice = await soon('notice', async () => (await chief.api.get<{ items: { id: string }[] }>('/api/notify/notices?limit=1')).items[0]);
  const { items: rules } = await chief.api.get<{ items: { id: string; name: string }[] }>('/api/alarms/rules?state=draft');
  const { items: onTest } = await chief.api.get<{ items: { id: string }[] }>('/api/alarms/on-test');
  const rule = idOf(rules, 'rule that was tried', ({ name }) => name.startsWith('Tamper'));
  const { backTests } = await chief.api.get<{ backTests: { id: string }[] }>(`/api/alarms/rules/${rule}`);
  const shift = await aShift(supervisor.api, held.id);
  const destination = await chief.api.post<{ id: string }>('/api/convergence/destinations', { name: 'SIEM of the examples', address: 'http://127.0.0.1:9/in', format: 'ocsf', events: ['alarms.raised', 'alarms.closed'] });
  await chief.api.post(`/api/convergence/destinations/${destination.id}/test`);
  const notification = await chief.api.post<{ id: string }>('/api/notices', { id: '01930000-0000-7000-8000-0000000e2e01', title: 'Water in the lobby', audience: { personIds: [chief.personId] }, texts: { en: { short: 'Use the side door.' } }, channels: ['app'], question: 'safety' });
  const muster = await chief.api.post<{ id: string }>('/api/notices/musters', { id: '01930000-0000-7000-8000-0000000e2e02', title: 'Lobby', noticeId: notification.id, guests: ['A visitor'] });
  await chief.api.post('/api/tasks', { recordId: openIncident, title: 'Ask the integrator for the report', ownerId: chief.personId });
  return {
    freeAlarm: free.id, heldAlarm: held.id, procedure: runs[0]?.procedureId ?? NOBODYS, run: idOf(runs, 'run of a procedure', () => true), source: source.id, openIncident, site, floor: await aFloor(chief.api, site),
    closedAlarm: idOf(alarms, 'closed alarm', ({ incidentId }) => incidentId === null),
    handedAlarm: idOf(alarms, 'alarm that became an incident', ({ incidentId }) => incidentId !== null),
    signal: idOf(signals, 'signal', () => true),
    closedIncident: idOf(incidents, 'closed incident with a loss', ({ state, isWalled, losses }) => state === 'closed' && !isWalled && losses.length > 0),
    reviewedIncident: reviews[0]?.incidentId ?? NOBODYS,
    walledIncident: idOf(incidents, 'walled incident', ({ isWalled }) => isWalled),
    report: idOf(reports, 'report', () => true),
    room: idOf(rooms, 'open case', () => true),
    exhibit: idOf(exhibits, 'exhibit', () => true),
    person: idOf(people, 'person', () => true),
    decision: proposed.decisionId ?? NOBODYS,
    notice: notice.id,
    glassAsk: asked.id,
    process: idOf(processes, 'process', () => true),
    exercise: idOf(exercises, 'exercise', () => true),
    pack: idOf(packs, 'issued pack', ({ state }) => state === 'issued'),
    workorder: idOf(workOrders, 'open work order', () => true),
    device: idOf(devices, 'device with a point', () => true),
    headEnd: headEnd.id,
    destination: destination.id,
    notification: notification.id,
    muster: muster.id,
    shift,
    onTest: onTest[0]?.id ?? NOBODYS, rule, ruleTest: backTests[0]?.id ?? NOBODYS,
  };
}

/** The supervisor's own shift, with an entry, that waits to be taken over. */
async function aShift(api: Api, aboutId: string): Promise<string> {
  const { mine } = await api.get<{ mine: { id: string } | null }>('/api/alarms/duty');
  const { id } = mine ?? (await api.post<{ id: string }>('/api/alarms/shifts', { desk: 'Desk 2', reach: 'ext. 4712' }));
  await api.post('/api/alarms/shifts/entries', { words: 'Called the gate, nobody answered', aboutId });
  await api.post(`/api/alarms/shifts/${id}/hand-over`, { notes: 'The guard at gate 2 is late', checked: ['open-alarms'] });
  return id;
}

function idOf<T extends { id: string }>(rows: readonly T[], what: string, is: (row: T) => boolean): string {
  const row = rows.find(is);
  if (!row) throw new Error(`The demonstration has no ${what}.`);
  return row.id;
}

/** A floor with a plan of two rooms and the way between them. */
async function aFloor(api: Api, siteId: string): Promise<string> {
  const { id: recordId } = await api.post<{ id: string }>('/api/sites', { code: 'EXAMPLE-1', name: 'Level 1', kind: 'floor', parentId: siteId });
  const room = (name: string, west: number) => ({ type: 'Feature', feature_type: 'unit', properties: { name }, geometry: { type: 'Polygon', coordinates: [[[west, 52], [west + 0.0002, 52], [west + 0.0002, 52.0001], [west, 52.0001], [west, 52]]] } });
  const way = { type: 'Feature', feature_type: 'opening', properties: { name: 'Door' }, geometry: { type: 'LineString', coordinates: [[5.0002, 52.00003], [5.0002, 52.00004]] } };
  const bytes = Buffer.from(JSON.stringify({ type: 'FeatureCollection', features: [room('Lobby', 5), room('Archive', 5.0002), way] }));
  const id = uuidv7();
  await api.post('/api/files/uploads', { id, recordId, name: 'level-1.geojson', size: bytes.length });
  await api.raw(`/api/files/uploads/${id}/bytes?offset=0`, { method: 'PUT', body: bytes, headers: { 'content-type': 'application/octet-stream' } });
  await api.post(`/api/files/uploads/${id}/complete`, { sha256: createHash('sha256').update(bytes).digest('hex') });
  await api.post(`/api/sites/${recordId}/plan`, { fileId: id });
  return recordId;
}

/** Two alarms that the night shift leaves alone, a frame of an account that nobody knows, and one whose CRC is wrong. */
async function sendFrames(port: number): Promise<void> {
  const known = new Dialler({ host: '127.0.0.1', port, account: ACCOUNT });
  const strange = new Dialler({ host: '127.0.0.1', port, account: '7777' });
  await known.sendEvent('SIA-DCS', 'Nri1/PA12');
  await known.sendEvent('SIA-DCS', 'Nri1/BA7^Archive, lower floor^');
  await strange.sendEvent('SIA-DCS', 'Nri1/BA1');
  known.close();
  strange.close();
  await new Promise<void>((resolve, reject) => {
    const broken = connect(port, '127.0.0.1', () => broken.end(`\n00000025"SIA-DCS"0001L0#${ACCOUNT}[#${ACCOUNT}|Nri1/BA12]\r`));
    broken.once('close', () => resolve()).once('error', reject);
    broken.resume();
  });
}

const raised = (api: Api): Promise<[free: Alarm, held: Alarm]> =>
  soon('alarms of the examples', async () => {
    const { items } = await api.get<{ items: Alarm[] }>('/api/alarms?state=open&limit=100');
    const [free, held] = ['Zone alarm while armed', 'Panic alarm'].map((title) => items.find((alarm) => alarm.sourceName === SOURCE && alarm.title === title));
    return free && held ? [free, held] : undefined;
  });

/** What comes of itself within seconds. */
async function soon<T>(what: string, read: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const found = await read();
    if (found !== undefined) return found;
  }
  throw new Error(`There is no ${what}.`);
}
