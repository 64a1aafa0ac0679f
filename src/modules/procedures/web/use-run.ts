import { useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { say } from '#ui/announcer.tsx';
import { answerStep, type Run, runsOn, takeBack, tryCall } from '../contract.ts';
import { blockersOf, dispositionsOf, type Due, standingOf } from '../rules.ts';
import { t } from './messages.en.ts';

/** One answer that a key or button gives: what it says, where it leads. */
export type Choice = { title: string; leads: string | null; answer: string | null };

export const standingIn = (run: Run) => standingOf(run.content, run.begunAt, run.entries);
export const seenOf = (run: Run): number => run.entries.at(-1)?.seq ?? 0;

/** The runs on a record, in one reading; those under way first, the newest of them before. */
export function useRuns(recordId: string) {
  const reading = useRead('procedures', runsOn, { recordId }, { isOn: useMay('procedures:read') });
  const items = reading.data?.items ?? [];
  const running = items.filter(({ state }) => state === 'running').toReversed();
  return { reading, running, ended: items.filter(({ state }) => state === 'ended') };
}

/** What stands between an alarm and its close, over all runs on it. */
export function useBlockers(recordId: string): { run: Run; due: Due }[] {
  return useRuns(recordId).running.flatMap((run) => blockersOf(standingIn(run)).map((due) => ({ run, due })));
}

/** What the procedures on a record say that it may turn out to be, once their end is due. */
export function useDispositions(recordId: string): ReadonlySet<string> {
  return new Set(useRuns(recordId).running.flatMap((run) => dispositionsOf(standingIn(run))));
}

/** The answers of a step in the order of their keys; a call's contacts, then going on without. */
export function choicesOf({ content }: Run, { step }: Due): Choice[] {
  const textOf = (id: string | null): string | null => content.steps.find((one) => one.id === id)?.text ?? null;
  if (step.kind === 'question') return step.answers.map(({ answer, next }) => ({ title: answer, leads: textOf(next), answer }));
  const contacts = step.kind === 'call' ? (content.callLists.find(({ key }) => key === step.callList)?.contacts ?? []) : [];
  const leads = textOf(step.next);
  if (contacts.length === 0) return [{ title: t('procedures.done'), leads, answer: null }];
  return [...contacts.slice(0, 8).map((contact) => ({ title: t('procedures.reached', { contact }), leads: null, answer: contact })), { title: t('procedures.nobody'), leads, answer: null }];
}

/** Sends what was done at a step; a refusal, as of somebody who was quicker, stays until the next try. */
export function useAnswering(run: Run | null) {
  const answering = useSend('procedures', answerStep);
  const taking = useSend('procedures', takeBack);
  const calling = useSend('procedures', tryCall);
  const [refusal, setRefusal] = useState<string | null>(null);
  const sent = async (work: () => Promise<unknown>, said: string): Promise<boolean> => {
    setRefusal(null);
    try {
      await work();
      say(said);
      return true;
    } catch (error) {
      setRefusal(error instanceof ProblemError ? error.detail : t('procedures.refused'));
      return false;
    }
  };
  return {
    refusal,
    isBusy: answering.isBusy || taking.isBusy || calling.isBusy,
    answer: async (due: Due, choice: Choice, note: string): Promise<boolean> => run !== null && sent(() => answering.send({ id: run.id, stepId: due.step.id, answer: choice.answer, note, seen: seenOf(run) }), t('procedures.said', { text: due.step.text, answer: choice.title })),
    tried: (due: Due, contact: string): void => void (run && sent(() => calling.send({ id: run.id, stepId: due.step.id, contact }), t('procedures.tried', { contact }))),
    takeBack: (): void => void (run && sent(() => taking.send({ id: run.id, seen: seenOf(run) }), t('procedures.key.back'))),
  };
}
