import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { closePress, openPress } from '#platform/report/press.ts';
import { canRead, factsOfPdf, structureOf, textOf, withoutSpace } from '#platform/report/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Command } from '../command-contract.ts';
import shipped from '../content/ics-forms.json' with { type: 'json' };
import type { Standing } from '../contract.ts';
import type { listForms, Sheet, SheetDetail } from '../form-contract.ts';
import incidents from '../module.ts';
import { incidents as store } from '../record.ts';
import { anIncident, aSite, calling, type Calling } from '../testing-surface.ts';
import { FORMS } from './catalogue.ts';
import { unruled } from './fills.ts';
import { FORM_TEMPLATE, formsPaper } from './paper.service.ts';

describe('the forms that ship', () => {
  test('are all of the list, with each of their fields, and a rule says of every field from what it is filled, or that nothing fills it', () => {
    expect(FORMS.map(({ form }) => `ICS ${form}`)).toEqual(shipped.forms.map(({ form }) => form));
    for (const [at, form] of FORMS.entries()) expect(form.fields.map(({ key }) => key)).toEqual(shipped.forms[at]?.fields.map(({ key }) => key));
    expect(FORMS.flatMap(({ form }) => unruled(form))).toEqual([]);
    expect(FORMS.find(({ form }) => form === '215')?.fields.find(({ key }) => key === 'resources')?.columns).toEqual(['Kind', 'Required', 'Have', 'Need']);
  });

  test('are printed with every field, each a heading of the structure tree, also where all of it is empty', async ({ skip }) => {
    const sheets = FORMS.map(({ form, title, fields }, at) => ({
      id: String(at), form, title, subject: '', subjectId: null, periodId: null, period: null, version: 1, state: 'draft' as const, edition: 1, begunBy: '', changedAt: '2026-11-20T01:00:00Z', signedAt: null, signedBy: null, signedAs: '', approvedAt: null, approvedBy: null, why: '',
      fields: fields.map((field) => ({ ...field, value: field.shape === 'table' ? [field.columns.map((column) => `${column} cell`)] : at % 2 === 0 ? null : field.shape === 'text' ? 'Words' : ['One'], origin: 'filled' as const, source: 'A source' })),
    }));
    const { title, data } = formsPaper({ number: 'INC-2026-00042', title: 'Fire', timeZone: 'Europe/Berlin' }, sheets, { title: 'Incident action plan' });
    const frame = { organisation: 'Halden Works', department: 'Security', number: 'INC-2026-00042', kind: 'Incident action plan', demo: null, walled: null, printed: 'Printed', record: 'Record', of: 'of' };
    const press = openPress();
    const { pdf, warnings } = await press.render(FORM_TEMPLATE, { ...data, frame }, { lang: 'en', title, at: new Date('2026-11-20T02:00:00Z'), strict: true }).finally(() => press.close());
    expect(warnings).toEqual([]);
    if (!canRead()) skip('poppler-utils is not installed');
    const structure = structureOf(pdf);
    for (const form of FORMS) expect(structure).toContain(`H2 "ICS ${form.form} ${form.title}"`);
    const headings = structure.match(/H3 "[^"]*"/g) ?? [];
    expect(headings).toHaveLength(FORMS.reduce((sum, { fields }) => sum + fields.length, 0));
  });
});

describe('forms over HTTP', () => {
  let fresh: FreshDatabase;
  let app: FastifyInstance;
  let call: Calling;
  let chief: Somebody;
  let commander: Somebody;
  let operator: Somebody;
  let id: string;
  let periodId: string;
  let groupId: string;

  type Forms = typeof listForms.reply._zod.output;
  const forms = async (): Promise<Forms> => (await call(commander, 'GET', `/${id}/forms`)).json<Forms>();
  const sheet = async (rowId: string): Promise<SheetDetail> => (await call(commander, 'GET', `/${id}/forms/${rowId}`)).json<SheetDetail>();
  const field = (one: SheetDetail, key: string) => one.fields.find((each) => each.key === key);
  const begin = async (body: object): Promise<string> => {
    const reply = await call(commander, 'POST', `/${id}/forms`, body);
    if (reply.status !== 201) throw new Error(reply.body);
    return reply.json<Standing>().rowId ?? '';
  };
  const must = async (path: string, body: object): Promise<Standing> => {
    const reply = await call(commander, 'POST', `/${id}/${path}`, body);
    if (reply.status >= 300) throw new Error(`${path} ${reply.body}`);
    return reply.json<Standing>();
  };

  beforeAll(async () => {
    fresh = await freshDatabase({ max: 6 });
    app = await buildServer({ db: fresh.db, modules: [incidents] });
    call = calling(app);
    const siteId = await aSite(fresh, 'Kestrel Quay');
    [chief, commander, operator] = [await aPerson(fresh, 'Tomas Rehn', { role: 'cso' }), await aPerson(fresh, 'Mara Lind', { role: 'incident-commander' }), await aPerson(fresh, 'Alma Bright', { role: 'gsoc-operator', siteId })];
    ({ id } = await anIncident(call, commander, { title: 'Fire in the plant', siteId, type: 'fire', place: 'Hall 3', narrative: 'Smoke from a switch cabinet.' }));
    await must('command/activate', { level: 3 });
    ({ rowId: periodId = '' } = await must('command/periods', { after: null, endsAt: new Date(Date.now() + 12 * 3600_000).toISOString(), emphasis: 'Nobody alone.' }));
    const { positions } = (await call(commander, 'GET', `/${id}/command`)).json<Command>();
    groupId = positions.find(({ kind }) => kind === 'group')?.id ?? '';
    await must(`command/positions/${groupId}/fill`, { name: 'Captain Roth', agency: 'Fire service' });
    await must('command/objectives', { text: 'Everybody is out and counted', positionId: groupId });
    await must('command/safety', { text: 'The lift is not to be used.' });
    await must('situation-reports', { conditions: 'Smoke on floor 2.', needs: ['A second pump'] });
    await must('log', { kind: 'decision', text: 'Hall 3 is closed.' });
    const { title = '' } = positions.find((one) => one.id === groupId) ?? {};
    const card = await must('resources/arrivals', { kind: 'team', name: 'Pump team', agency: 'Fire service', leader: 'Captain Roth', persons: 6, contact: 'Channel 2', place: 'Gate 2' });
    await must(`resources/${card.rowId}/assign`, { to: title });
    await must('resources', { kind: 'vehicle', name: 'Lighting truck' });
  });
  afterAll(async () => {
    await closePress();
    await app.close();
    await fresh.drop();
  });

  test('the plan has one 204 for each unit with a task and one 214 for each position, and preparing it again begins nothing', async () => {
    const { units, positions } = await forms();
    expect(units.map((one) => one.id)).toEqual([groupId]);
    const { begun } = (await call(commander, 'POST', `/${id}/forms/prepare`, { periodId })).json<{ begun: number }>();
    const of = (sheets: readonly Sheet[], form: string) => sheets.filter((one) => one.form === form);
    const { sheets } = await forms();
    expect([begun, of(sheets, '204').length, of(sheets, '214').length <= positions.length && of(sheets, '214').length > 0]).toEqual([sheets.length, 1, true]);
    expect((await call(commander, 'POST', `/${id}/forms/prepare`, { periodId })).json()).toEqual({ begun: 0 });
    expect((await call(commander, 'POST', `/${id}/forms`, { form: '202', periodId })).status).toBe(409);
    expect((await call(commander, 'POST', `/${id}/forms`, { form: '204', periodId })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/subjectId' }] });
    expect((await call(operator, 'POST', `/${id}/forms`, { form: '209', periodId })).status).toBe(403);
  });

  test('a draft is filled from what is known, says from where, and follows it until somebody writes', async () => {
    const rowId = await begin({ form: '209', periodId });
    const draft = await sheet(rowId);
    expect(field(draft, 'commander')).toMatchObject({ value: expect.stringContaining('Mara Lind'), origin: 'filled', source: 'Positions of the command' });
    expect(field(draft, 'currentThreat')).toMatchObject({ value: 'Smoke on floor 2.', source: 'Latest situation report' });
    expect(field(draft, 'resourceCommitment')?.value).toEqual([['Fire service', 'team', '1', '6']]);
    expect(field(draft, 'weather')).toMatchObject({ value: null, origin: 'empty' });
    expect((await call(commander, 'PATCH', `/${id}/forms/${rowId}`, { values: { weather: 'Wind from the west', currentThreat: 'Written by hand', damage: [['one column']], nothing: 'x' } })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/values/damage' }, { pointer: '/values/nothing' }] });
    expect((await call(commander, 'PATCH', `/${id}/forms/${rowId}`, { values: { weather: 'Wind from the west', currentThreat: 'Written by hand' } }, { 'if-match': '"1"' })).status).toBe(200);
    expect((await call(commander, 'PATCH', `/${id}/forms/${rowId}`, { values: { weather: 'Calm' } }, { 'if-match': '"1"' })).status).toBe(412);
    await must('situation-reports', { conditions: 'The fire is out.' });
    const written = await sheet(rowId);
    expect([field(written, 'currentThreat')?.value, field(written, 'weather')]).toMatchObject(['Written by hand', { origin: 'written', source: 'Mara Lind' }]);
    await call(commander, 'PATCH', `/${id}/forms/${rowId}`, { values: { currentThreat: null } });
    expect(field(await sheet(rowId), 'currentThreat')).toMatchObject({ value: 'The fire is out.', origin: 'filled' });
  });

  test('what is signed is frozen, approved by another, and changed by a new version only', async () => {
    const rowId = (await forms()).sheets.find(({ form }) => form === '202')?.id ?? '';
    expect((await call(commander, 'POST', `/${id}/forms/${rowId}/sign`, { edition: 7 })).status).toBe(412);
    await must(`forms/${rowId}/sign`, { edition: 1 });
    const before = await sheet(rowId);
    expect(before).toMatchObject({ state: 'signed', signedBy: 'Mara Lind', signedAs: 'Incident commander' });
    await must('command/objectives', { text: 'Hall 3 works again' });
    expect((await sheet(rowId)).fields).toEqual(before.fields);
    expect((await call(commander, 'PATCH', `/${id}/forms/${rowId}`, { values: { commandEmphasis: 'Changed' } })).json()).toMatchObject({ status: 409, by: 'Mara Lind' });
    const byHand = store.writeMany(await fresh.as(commander.id), 'incidents:plan-section', async (tx) => ({ changes: [], result: await tx.updateTable('incidents.formSheet').set({ subject: 'Another' }).where('id', '=', rowId).execute() }));
    await expect(byHand).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await call(commander, 'POST', `/${id}/forms/${rowId}/approve`)).status).toBe(422);
    expect((await call(chief, 'POST', `/${id}/forms/${rowId}/approve`)).status).toBe(200);
    const { rowId: next = '' } = await must(`forms/${rowId}/revise`, { reason: 'A further objective' });
    expect((await call(commander, 'POST', `/${id}/forms/${rowId}/revise`, { reason: 'Once more' })).status).toBe(409);
    const revised = await sheet(next);
    expect([revised.version, revised.state, field(revised, 'objectives')?.value, (await sheet(rowId)).approvedBy]).toEqual([2, 'draft', ['Everybody is out and counted', 'Hall 3 works again'], 'Tomas Rehn']);
  });

  test('behind a wall a form is begun and signed as elsewhere, and found by nobody outside', async () => {
    const lead = await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead' });
    const walled = await anIncident(call, lead, { title: 'Kept close', custodianId: chief.id });
    const { rowId } = (await call(lead, 'POST', `/${walled.id}/forms`, { form: '213' })).json<Standing>();
    expect((await call(lead, 'POST', `/${walled.id}/forms/${rowId}/sign`, { edition: 1 })).status).toBe(200);
    expect((await call(lead, 'GET', `/${walled.id}/forms/${rowId}`)).json()).toMatchObject({ state: 'signed', signedBy: 'Lena Lead' });
    expect((await call(commander, 'GET', `/${walled.id}/forms/${rowId}`)).status).toBe(404);
    expect((await app.inject({ url: `/api/incidents/${walled.id}/forms/${rowId}/form.pdf`, headers: lead.headers })).statusCode).toBe(422);
  });

  test('most fields are filled before anybody writes', async () => {
    const { coverage } = await forms();
    expect(coverage.fields).toBe(shipped.coverage.fields);
    expect(coverage.share).toBeGreaterThanOrEqual(0.6);
  });

  test('the plan is printed as one tagged paper in its order, drafts marked, and a form by itself', async ({ skip }) => {
    const plan = await app.inject({ url: `/api/incidents/${id}/forms/plan.pdf?periodId=${periodId}`, headers: commander.headers });
    const one = (await forms()).sheets.find(({ form, state }) => form === '202' && state === 'signed');
    const alone = await app.inject({ url: `/api/incidents/${id}/forms/${one?.id}/form.pdf`, headers: commander.headers });
    expect([plan.statusCode, alone.statusCode]).toEqual([200, 200]);
    const { rows } = await fresh.owner.query(`select from ledger.entry where record_id = $1 and verb = 'incidents.printed'`, [id]);
    expect(rows).toHaveLength(2);
    if (!canRead()) skip('poppler-utils is not installed');
    expect(factsOfPdf(plan.rawPayload)).toMatchObject({ Tagged: 'yes' });
    const structure = structureOf(plan.rawPayload);
    const order = ['202 Incident Objectives', '203 Organization Assignment List', '204 Assignment List', '215A Incident Action Plan Safety Analysis'].map((heading) => structure.indexOf(`ICS ${heading}`));
    expect(order.every((at, i) => at > (order[i - 1] ?? 0))).toBe(true);
    const text = withoutSpace(textOf(alone.rawPayload));
    for (const wanted of ['Everybody is out and counted', 'Signed', 'Mara Lind', 'Nobody alone.']) expect(text).toContain(withoutSpace(wanted));
    expect(text).not.toContain(withoutSpace('Draft: filled from'));
    expect(withoutSpace(textOf(plan.rawPayload))).toContain(withoutSpace('Draft: filled from'));
  });
});
