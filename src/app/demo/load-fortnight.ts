import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { acknowledge, claim, close, listAlarms } from '#modules/alarms/alarms.service.ts';
import { correlate, type Position, readPosition } from '#modules/alarms/correlator.ts';
import { watchDevices } from '#modules/alarms/device-watch.ts';
import { readWatchPosition } from '#modules/devices/public.ts';
import { declareIncident } from '#modules/incidents/declare.service.ts';
import { changeFacts, closeIncident } from '#modules/incidents/incidents.service.ts';
import { addLogEntry, addLoss, addPerson, addThing } from '#modules/incidents/lines.service.ts';
import { type Intake, openIntake } from '#modules/signals/intake/intake.ts';
import { listSignals } from '#modules/signals/signals.service.ts';
import { addTask, completeTask } from '#modules/tasks/tasks.service.ts';
import { demoId } from './demo-ids.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan, ScriptStep } from './plan.ts';
import { type Frame, type Verb, wavesOf } from './waves.ts';

const DIALLED_FROM = '127.0.0.1';
const PAGE = 200;

type Stage = { db: Database; url: string; plan: DemoPlan; cast: Cast; once: Once; isResumed: boolean };

/** Plays the last two weeks: frames through the decoder and the writer of the intake, alarms by the correlator, the rest by the verbs of those who did it. */
export async function playFortnight(stage: Stage): Promise<void> {
  const correlator = await actAs(stage.db, SERVICE.correlator, undefined, 'demonstration');
  const intake = await openIntake({ url: stage.url, onLost: (error) => { throw error; } });
  try {
    await new Player(stage, correlator, intake).play();
    await hearDevices(correlator);
  } finally {
    await intake.close();
  }
}

/** What the two weeks say of devices is read as the watch of health would have: which were heard, and what is wrong with them. */
async function hearDevices(correlator: Ctx): Promise<void> {
  const position = await readWatchPosition(correlator);
  while ((await watchDevices(correlator, position)) > 0);
}

class Player {
  readonly #stage: Stage;
  readonly #correlator: Ctx;
  readonly #intake: Intake;
  readonly #alarms = new Map<string, string>();
  readonly #incidents = new Map<string, { id: string; number: string }>();
  readonly #tasks = new Map<string, string>();
  #position: Position = new Map();
  #stored = new Set<string>();

  constructor(stage: Stage, correlator: Ctx, intake: Intake) {
    this.#stage = stage;
    this.#correlator = correlator;
    this.#intake = intake;
  }

  async play(): Promise<void> {
    const { plan, isResumed } = this.#stage;
    this.#position = await readPosition(this.#correlator);
    if (isResumed) await this.#recall();
    for (const { frames, verbs } of wavesOf(plan.fortnight)) {
      if (frames.length > 0) await this.#hear(frames);
      await this.#act(verbs);
    }
  }

  /** After a cut: which frames are stored, and alarms for those that nobody read yet. */
  async #recall(): Promise<void> {
    const from = this.#stage.plan.fortnight[0]?.at ?? this.#stage.plan.now;
    for (let after: string | undefined; ; ) {
      const { items, next } = await listSignals(this.#correlator, { from, limit: PAGE, ...(after === undefined ? {} : { after }) });
      for (const signal of items) this.#stored.add(`${signal.account} ${signal.sequence}`);
      if (next === null) break;
      after = next;
    }
    while ((await correlate(this.#correlator, this.#position)) > 0);
  }

  async #hear(frames: readonly Frame[]): Promise<void> {
    const fresh = frames.filter(({ step, sequence }) => !this.#stored.has(`${step.account} ${sequence}`));
    await Promise.all(fresh.map((frame) => this.#accept(frame)));
    const last = new Date(frames.at(-1)?.step.at ?? this.#stage.plan.now);
    const ctx = { ...this.#correlator, now: () => last };
    for (let read = 0, left = fresh.length; left > 0; left -= read) if ((read = await correlate(ctx, this.#position)) === 0) break;
    await this.#findAlarms(frames.filter(({ step }) => step.raises !== null));
  }

  #accept({ step, sequence }: Frame): Promise<void> {
    const receivedAt = Date.parse(step.at);
    const raw = encodeFrame({ token: step.token, sequence, account: step.account, data: step.data, sentAt: wholeSecond(receivedAt) });
    const arrival = PROTOCOLS.get('dc09')?.arrivalOf(raw, receivedAt, DIALLED_FROM);
    if (!arrival) throw new Error(`The frame ${step.data} of account ${step.account} cannot be read.`);
    this.#intake.sink.heard(step.account, receivedAt, DIALLED_FROM);
    return new Promise((resolve, reject) => this.#intake.sink.accept(arrival, (error) => (error ? reject(error) : resolve())));
  }

  async #findAlarms(frames: readonly Frame[]): Promise<void> {
    if (frames.length === 0) return;
    const moments = frames.map(({ step }) => wholeSecond(Date.parse(step.at)));
    const [from, to] = [new Date(Math.min(...moments)).toISOString(), new Date(Math.max(...moments) + 1).toISOString()];
    const { items } = await listAlarms(this.#correlator, { state: 'all', from, to, limit: PAGE });
    for (const { step } of frames) {
      const source = this.#stage.cast.sources.get(step.account)?.id;
      const alarm = items.find((one) => one.sourceId === source && one.type === step.type && Date.parse(one.raisedAt) === wholeSecond(Date.parse(step.at)));
      if (alarm && step.raises !== null) this.#alarms.set(step.raises, alarm.id);
    }
  }

  /** Independent steps at once; those of one alarm, incident or task one after the other. */
  async #act(verbs: readonly Verb[]): Promise<void> {
    const last = new Map<string, Promise<unknown>>();
    const all = verbs.map((verb) => {
      const before = Promise.all(verb.about.map((thing) => last.get(thing) ?? Promise.resolve()));
      const mine = before.then(() => this.#do(verb));
      for (const thing of verb.about) last.set(thing, mine);
      return mine;
    });
    await Promise.all(all);
  }

  async #do({ step, index }: Verb): Promise<void> {
    const name = `step-${index}-${step.do}`;
    const by = this.#stage.cast.people.get(step.by);
    const run = <T>(verb: (ctx: Ctx) => Promise<T>): Promise<T | null> => this.#stage.once.do(name, by, step.at, verb);
    switch (step.do) {
      case 'claim': return void (await run((ctx) => claim(ctx, { id: this.#alarm(step.alarm) })));
      case 'acknowledge': return void (await run((ctx) => acknowledge(ctx, { id: this.#alarm(step.alarm) })));
      case 'close': return void (await run((ctx) => close(ctx, { id: this.#alarm(step.alarm), disposition: step.disposition, cause: step.cause, note: step.note, handedTo: step.handedToIncident === null ? null : (this.#incidents.get(step.handedToIncident)?.number ?? null), duplicateOf: null })));
      case 'declare': return this.#declare(step, run);
      case 'give-task': {
        const task = await run((ctx) => addTask(ctx, { recordId: this.#incident(step.incident), title: step.title, detail: '', ownerId: this.#person(step.owner), dueAt: step.dueAt }));
        return void (task && this.#tasks.set(step.task, task.id));
      }
      case 'finish-task': return void (await run((ctx) => completeTask(ctx, { id: this.#task(step.task), outcome: '' })));
      default: return void (await run((ctx) => this.#tell(ctx, step)));
    }
  }

  async #declare({ incident, alarm, at, facts }: Extract<ScriptStep, { do: 'declare' }>, run: <T>(verb: (ctx: Ctx) => Promise<T>) => Promise<T | null>): Promise<void> {
    const { siteCode, typeKey: type, noLoss: _noLoss, ...rest } = facts;
    const id = demoId(this.#stage.plan.seed, `incident ${incident}`, at);
    const made = await run((ctx) => declareIncident(ctx, { ...rest, id, type, siteId: this.#stage.cast.sites.get(siteCode) ?? null, ...(alarm === null ? {} : { fromAlarmId: this.#alarm(alarm) }) }));
    if (made) this.#incidents.set(incident, made);
  }

  #tell(ctx: Ctx, step: Extract<ScriptStep, { do: 'log' | 'involve' | 'add-thing' | 'add-loss' | 'change-facts' | 'close-incident' }>): Promise<unknown> {
    const id = this.#incident(step.incident);
    switch (step.do) {
      case 'log': return addLogEntry(ctx, { id, kind: step.kind, text: step.text });
      case 'involve': return addPerson(ctx, { id, personId: null, ...step.person });
      case 'add-thing': return addThing(ctx, { id, details: '', ...step.thing });
      case 'add-loss': return addLoss(ctx, { id, isEstimate: false, ...step.loss });
      case 'change-facts': return changeFacts(ctx, { id, occurredTo: step.occurredTo, fields: step.fields, ...(step.noLoss === null ? {} : { noLoss: step.noLoss }) });
      case 'close-incident': return closeIncident(ctx, { id, reason: step.reason, summary: step.summary });
    }
  }

  readonly #alarm = (key: string): string => known(this.#alarms.get(key), key);
  readonly #incident = (key: string): string => known(this.#incidents.get(key)?.id, key);
  readonly #task = (key: string): string => known(this.#tasks.get(key), key);
  readonly #person = (key: string): string => known(this.#stage.cast.people.get(key)?.personId, key);
}

/** What an earlier step made; where that was refused, this one is too. */
function known(id: string | undefined, key: string): string {
  if (id === undefined) throw new Problem('refused', 'demo.not_made', `There is no ${key}.`);
  return id;
}

/** Panels say whole seconds. */
const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;
