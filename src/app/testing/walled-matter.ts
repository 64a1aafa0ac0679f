import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { attach } from '#platform/files/testing.ts';
import type { Actor, Department } from './department.ts';
import type { Hidden } from './words.ts';

/** An incident behind a wall of its own, and what hangs on it. `raised` is the alarm in the open that it came from. */
export type WalledMatter = { id: string; number: string; wallId: string; task: string; form: string; comment: string; link: string; file: string; image: string; raised: string; /** A legal hold on it, and an upload that goes on. */ held: string[]; /** A case that was opened from it, behind a wall of its own. */ room: { id: string; wallId: string } };

type People = { lead: Actor; reader: string; subject: string; mover: string };

/** Declares it from an alarm and writes a word of its own into every text that a verb takes, as somebody who works there would. */
export async function aWalledMatter(app: FastifyInstance, { at, keeper, fresh }: Department, hidden: Hidden, { lead, reader, subject, mover }: People): Promise<WalledMatter> {
  const send = async (method: 'POST' | 'PATCH', url: string, payload: object): Promise<Record<string, unknown>> => {
    const answer = await app.inject({ method, url: `/api${url}`, headers: { ...lead.headers, ...(method === 'POST' && { 'idempotency-key': uuidv7() }) }, payload });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.body}`);
    return answer.json<Record<string, unknown>>();
  };
  const word = (where: string): string => hidden.word(`written: ${where}`);
  const raised = at('alarm', 'here').id;
  const declared = await send('POST', '/incidents', {
    fromAlarmId: raised, custodianId: keeper, severity: 3, type: 'trespass', title: word('title'), narrative: word('narrative'), reportedBy: word('reportedBy'), fields: { firstActions: word('firstActions'), policeReference: word('policeReference') },
  });
  const [id, number] = [declared['id'] as string, declared['number'] as string];
  const on = `/incidents/${id}`;
  const lineOf = async (table: string): Promise<string> => (await fresh.owner.query<{ id: string }>(`select id from incidents.${table} where incident_id = $1`, [id])).rows[0]?.id ?? '';
  await send('PATCH', on, { place: word('changed place') });
  await send('POST', `${on}/classify`, { type: 'burglary', subtype: 'break-in', reason: word('classify reason') });
  await send('POST', `${on}/severity`, { severity: 4, reason: word('severity reason') });
  await send('POST', `${on}/log`, { entryId: uuidv7(), text: word('log text') });
  const struck = uuidv7();
  await send('POST', `${on}/log`, { entryId: struck, text: word('struck log text') });
  await send('POST', `${on}/log/${struck}/strike`, { reason: word('log strike reason') });
  for (const [part, table, body, naming] of [
    ['people', 'person_involved', { role: 'witness' }, { name: word('person name'), details: word('person details') }], ['things', 'thing_involved', { kind: 'vehicle' }, { description: word('thing description'), identifier: word('thing identifier'), role: word('thing role'), details: word('thing details') }],
    ['losses', 'loss', { kind: 'property', amountMinor: 123_400, currency: 'EUR' }, { description: word('loss description') }],
  ] as const) {
    await send('POST', `${on}/${part}`, { ...body, ...naming });
    await send('POST', `${on}/${part}/${await lineOf(table)}/strike`, { reason: word(`${part} strike reason`) });
  }
  await send('POST', `${on}/people`, { role: 'subject', personId: subject });
  await send('POST', `${on}/members`, { personId: reader, part: 'wall-reader', reason: word('admit reason') });
  await send('POST', `${on}/members`, { personId: mover, part: 'wall-writer', reason: word('second admit reason') });
  const room = await openRoom({ send, word, id, fresh, keeper, reader, hidden });
  await writeCommand({ send, on, word, id, fresh, mover });
  await writeBoard(send, on, word);
  const form = await writeForms({ send, on, word, id, fresh });
  const task = (await send('POST', '/tasks', { recordId: id, title: word('task title'), detail: word('task detail'), ownerId: mover, dueAt: '2030-01-01T12:00:00Z', repeats: { rule: 'FREQ=WEEKLY;INTERVAL=2', zone: 'Europe/Berlin' } }))['id'] as string;
  const [done, dropped] = [(await send('POST', '/tasks', { recordId: id, title: word('done task title') }))['id'] as string, (await send('POST', '/tasks', { recordId: id, title: word('dropped task title') }))['id'] as string];
  await send('POST', `/tasks/${done}/complete`, { outcome: word('task outcome') });
  await send('POST', `/tasks/${dropped}/drop`, { reason: word('dropped once') });
  await send('POST', `/tasks/${dropped}/reopen`, { reason: word('task reopen reason') });
  await send('POST', `/tasks/${dropped}/drop`, { reason: word('task drop reason') });
  const comment = (await send('POST', '/thread/comments', { recordId: id, text: word('comment'), mentions: [] }))['id'] as string;
  await send('POST', `/thread/comments/${(await send('POST', '/thread/comments', { recordId: id, text: word('struck comment') }))['id'] as string}/strike`, { reason: word('comment strike reason') });
  const gone = (await send('POST', '/thread/links', { recordId: id, toId: at('incident', 'here').id, kind: 'relates-to' }))['id'] as string;
  await send('POST', `/thread/links/${gone}/strike`, { reason: word('link strike reason') });
  const link = (await send('POST', '/thread/links', { recordId: id, toId: at('incident', 'here').id, kind: 'follows' }))['id'] as string;
  const file = await attach(app, lead, { recordId: id, name: `${word('file name')}.txt`, bytes: Buffer.from(`It says ${word('file content')}.`) });
  const image = await attach(app, lead, { recordId: id, name: `${word('image name')}.png`, bytes: await sharp({ create: { width: 40, height: 40, channels: 3, background: '#a03060' } }).png().toBuffer() });
  const wrong = await attach(app, lead, { recordId: id, name: `${word('struck file name')}.txt`, bytes: Buffer.from('It says nothing.') });
  await send('POST', `/files/${wrong.id}/strike`, { reason: word('file strike reason') });
  const upload = uuidv7();
  await send('POST', '/files/uploads', { id: upload, recordId: id, name: `${word('upload name')}.txt`, size: 10 });
  const hold = (await send('POST', '/retention/holds', { matter: word('hold matter'), reason: word('hold reason'), custodianId: keeper, covers: [{ recordId: id }] }))['id'] as string;
  await send('POST', `${on}/custodian/end`, { personId: keeper, successorId: reader, reason: word('custodian reason') });
  const { rows } = await fresh.owner.query<{ wall: string }>('select wall_id as wall from incidents.incident where id = $1', [id]);
  hidden.numbers.add(number);
  return { id, number, wallId: rows[0]?.wall ?? '', task, form, comment, link, file: file.id, image: image.id, raised, held: [upload, hold], room };
}

type InRoom = { send: Send; word: (where: string) => string; id: string; fresh: Department['fresh']; keeper: string; reader: string; hidden: Hidden };

/** A case that came of it, with a word of its own in every text of its room. */
async function openRoom({ send, word, id: fromId, fresh, keeper, reader, hidden }: InRoom): Promise<WalledMatter['room']> {
  const opened = await send('POST', '/cases', { fromId, type: 'cargo', custodianId: keeper, title: word('case title'), summary: word('case summary') });
  const [id, number] = [opened['id'] as string, opened['number'] as string];
  await send('POST', `/cases/${id}/members`, { personId: reader, part: 'case-observer', reason: word('case admit reason') });
  const { rows } = await fresh.owner.query<{ wall: string }>('select wall_id as wall from cases.case where id = $1', [id]);
  hidden.numbers.add(number);
  return { id, wallId: rows[0]?.wall ?? '' };
}

type Send = (method: 'POST' | 'PATCH', url: string, payload: object) => Promise<Record<string, unknown>>;

/** Cards and situation reports of it. */
async function writeBoard(send: Send, on: string, word: (where: string) => string): Promise<void> {
  const cardWords = Object.fromEntries(['name', 'identifier', 'agency', 'leader', 'contact', 'qualifications', 'notes', 'orderNumber', 'departedFrom', 'travel'].map((key) => [key, word(`card ${key}`)]));
  const card = (await send('POST', `${on}/resources/arrivals`, { kind: 'team', ...cardWords }))['rowId'] as string;
  await send('POST', `${on}/resources/${card}/assign`, { to: word('card assignment'), place: word('card place') });
  const unwanted = (await send('POST', `${on}/resources`, { kind: 'vehicle', name: word('unwanted card') }))['rowId'] as string;
  await send('POST', `${on}/resources/${unwanted}/strike`, { reason: word('card struck reason') });
  const report = (await send('POST', `${on}/situation-reports`, { conditions: word('report conditions'), actions: word('report actions'), needs: [word('report need')] }))['rowId'] as string;
  await send('POST', `${on}/situation-reports/${report}/strike`, { reason: word('report struck reason') });
}

/** What a command wants, decides, warns of and waits for. */
async function writePlan(send: Send, on: string, word: (where: string) => string): Promise<void> {
  const objective = (await send('POST', `${on}/command/objectives`, { text: word('objective'), strategies: word('objective strategies'), needs: [word('need')] }))['rowId'] as string;
  await send('POST', `${on}/command/objectives/${objective}/strike`, { reason: word('objective strike reason') });
  const decision = (await send('POST', `${on}/command/decisions`, { decision: word('decision'), why: word('decision why'), options: word('decision options') }))['rowId'] as string;
  await send('POST', `${on}/command/decisions/${decision}/strike`, { reason: word('decision strike reason') });
  await send('POST', `${on}/command/safety`, { text: word('safety message') });
  await send('POST', `${on}/command/timers`, { name: word('timer name'), dueAt: new Date(Date.now() + 3600_000).toISOString() });
}

type Commanded = { send: Send; on: string; word: (where: string) => string; id: string; fresh: Department['fresh']; mover: string };

/** A command that ended, and one in force. */
async function writeCommand({ send, on, word, id, fresh, mover }: Commanded): Promise<void> {
  await send('POST', `${on}/command/activate`, { level: 1, why: word('activation reason') });
  await send('POST', `${on}/command/end`, { summary: word('command summary'), despite: word('command despite') });
  await send('POST', `${on}/command/activate`, { level: 2 });
  const safety = (await fresh.owner.query<{ id: string }>(`select id from incidents.command_position where incident_id = $1 and kind = 'safety'`, [id])).rows[0]?.id ?? '';
  await send('PATCH', `${on}/command/positions/${safety}`, { title: word('position title') });
  await send('POST', `${on}/command/positions/${safety}/fill`, { name: word('holder name'), agency: word('holder agency') });
  const period = (await send('POST', `${on}/command/periods`, { after: null, endsAt: new Date(Date.now() + 12 * 3600_000).toISOString(), emphasis: word('period emphasis') }))['rowId'] as string;
  await send('POST', `${on}/command/periods/${period}/steps`, { step: 'objectives' });
  await writePlan(send, on, word);
  const offered = (await send('POST', `${on}/command/transfers`, { toId: mover, briefing: { situation: word('briefing situation'), objectives: word('briefing objectives'), concerns: word('briefing concerns') } }))['rowId'] as string;
  await send('POST', `${on}/command/transfers/${offered}/withdraw`, {});
}

/** A form of it that was signed, and its next version. Answers the signed one. */
async function writeForms({ send, on, word, id, fresh }: Omit<Commanded, 'mover'>): Promise<string> {
  const { rows } = await fresh.owner.query<{ id: string; kind: string }>(`select p.id, p.kind from incidents.command_position p join incidents.activation a on a.id = p.activation_id where p.incident_id = $1 and a.ended_at is null`, [id]);
  const positionOf = (kind: string): string => rows.find((row) => row.kind === kind)?.id ?? '';
  await send('PATCH', `${on}/command/positions/${positionOf('commander')}`, { title: word('commander title') });
  const sheet = (await send('POST', `${on}/forms`, { form: '214', subjectId: positionOf('safety') }))['rowId'] as string;
  await send('PATCH', `${on}/forms/${sheet}`, { values: { homeAgency: word('form value') } });
  await send('POST', `${on}/forms/${sheet}/sign`, { edition: 2 });
  await send('POST', `${on}/forms/${sheet}/revise`, { reason: word('form reason') });
  return sheet;
}
