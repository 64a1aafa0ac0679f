import { answersFor } from './answers.ts';
import { minutesOf, momentOf } from './calendar.ts';
import type { ToldStory } from './content.ts';
import { frameOf } from './frames.ts';
import { leadFor, operatorFor, panelsOf, siteOf } from './organisation.ts';
import type { PlanClock, PlanFacts, ScriptStep } from './plan.ts';

const MINUTE_MS = 60_000;
const ACKNOWLEDGED_AFTER_S = 21;
const DECLARED_AFTER_MIN = 2;

/** One incident of the last two weeks, from the panel's frame (where there is one) to its closing (where it is closed). */
export function tellStory(story: ToldStory, clock: PlanClock): ScriptStep[] {
  const site = siteOf(story.site);
  const began = story.minutesAgo === null ? momentOf(clock.day(story.day ?? 0), minutesOf(story.localTime ?? '00:00'), site.timeZone) : new Date(clock.now.getTime() - story.minutesAgo * MINUTE_MS);
  const at = (minutes: number): string => new Date(began.getTime() + Math.round(minutes * MINUTE_MS)).toISOString();
  const by = operatorFor(site, began);
  const incident = story.key;
  const declared = at(DECLARED_AFTER_MIN);
  const steps: ScriptStep[] = [...alarmSteps(story, began, by), { at: declared, do: 'declare', incident, alarm: story.alarm ? `story-${story.key}` : null, by, facts: factsOf(story, began) }];
  for (const person of story.people) steps.push({ at: at(DECLARED_AFTER_MIN + 1), do: 'involve', incident, by, person });
  for (const [minute, kind, text] of story.log) steps.push({ at: at(Math.max(minute, DECLARED_AFTER_MIN + 0.5)), do: 'log', incident, by, kind, text });
  const lastWord = Math.max(...story.log.map(([minute]) => minute), DECLARED_AFTER_MIN);
  story.tasks.forEach((task, i) => {
    const dueAt = new Date(began.getTime() + task.dueDays * 1440 * MINUTE_MS).toISOString();
    steps.push({ at: at(lastWord + 2 + i), do: 'give-task', incident, task: `${story.key}-${i + 1}`, by, title: task.title, owner: task.owner, dueAt });
    if (task.doneMin !== null) steps.push({ at: at(task.doneMin), do: 'finish-task', task: `${story.key}-${i + 1}`, by: task.owner });
  });
  return [...steps, ...(story.close ? closingSteps(story, began, lastWord) : [])];
}

function alarmSteps(story: ToldStory, began: Date, by: string): ScriptStep[] {
  if (!story.alarm) return [];
  const alarm = `story-${story.key}`;
  const { type, raise, restore, area, restoreMin, ...point } = story.alarm;
  const account = panelsOf(siteOf(story.site)).at(-1)?.account ?? '';
  const second = (seconds: number): string => new Date(began.getTime() + Math.round(seconds * 1000)).toISOString();
  const steps: ScriptStep[] = [
    { at: second(0), do: 'frame', raises: alarm, type, ...frameOf(account, raise, point, area) },
    { at: second(ACKNOWLEDGED_AFTER_S), do: 'acknowledge', alarm, by },
  ];
  if (restoreMin === null) return steps;
  steps.push({ at: second(restoreMin * 60), do: 'frame', raises: null, type, ...frameOf(account, restore, point, area) });
  return [...steps, { at: second(restoreMin * 60 + 90), do: 'close', alarm, by, disposition: 'handed-over', cause: null, note: null, handedToIncident: story.key }];
}

function closingSteps(story: ToldStory, began: Date, lastWord: number): ScriptStep[] {
  const { close } = story;
  if (!close) return [];
  const site = siteOf(story.site);
  const [incident, by] = [story.key, leadFor(site)];
  const at = (minutes: number): string => new Date(began.getTime() + Math.round(minutes * MINUTE_MS)).toISOString();
  const ready = Math.max(lastWord + 10, close.afterMin - 30);
  const occurredTo = story.endsMin === null ? null : new Date(began.getTime() + story.endsMin * MINUTE_MS);
  const fields = answersFor(story.type, {
    occurredFrom: began, occurredTo, closedAt: new Date(at(close.afterMin)), severity: story.severity, country: site.country, firstActions: 'Told in the log.',
    hasPersons: story.people.length > 0, hasVehicles: story.things.some((thing) => thing.kind === 'vehicle'), hasThings: story.things.some((thing) => thing.kind !== 'vehicle'),
  }, answersOf(story, began));
  return [
    ...story.things.map((thing): ScriptStep => ({ at: at(ready), do: 'add-thing', incident, by, thing })),
    ...story.losses.map((loss): ScriptStep => ({ at: at(ready + 1), do: 'add-loss', incident, by, loss })),
    { at: at(ready + 2), do: 'change-facts', incident, by, occurredTo: occurredTo?.toISOString() ?? null, fields, noLoss: story.losses.length === 0 ? true : null },
    { at: at(close.afterMin), do: 'close-incident', incident, by, reason: close.reason, summary: close.summary },
  ];
}

function factsOf(story: ToldStory, began: Date): PlanFacts {
  return {
    title: story.title, typeKey: story.type, subtype: story.subtype, severity: story.severity, siteCode: story.site, place: story.place, narrative: story.narrative, reportedBy: story.reportedBy,
    occurredFrom: began.toISOString(), occurredTo: null, knownAt: new Date(began.getTime() + 20_000).toISOString(), fields: answersOf(story, began), noLoss: null,
  };
}

/** The answers of the story; `offsetMin` is a moment so many minutes after it began. */
function answersOf(story: ToldStory, began: Date): Record<string, unknown> {
  return Object.fromEntries(Object.entries(story.answers).map(([key, value]) => [key, isOffset(value) ? new Date(began.getTime() + value.offsetMin * MINUTE_MS).toISOString() : value]));
}

const isOffset = (value: unknown): value is { offsetMin: number } => typeof value === 'object' && value !== null && 'offsetMin' in value;
