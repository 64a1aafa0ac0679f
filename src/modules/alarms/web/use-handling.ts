import type { InfiniteData } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { useCache } from '#platform/web/live.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { keyOf, useSend } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { announce, say } from '#ui/announcer.tsx';
import { acknowledge, type Alarm, type AlarmDetail, claim, getAlarm, listAlarms, release, unshelve } from '../contract.ts';
import { t } from './messages.en.ts';
import { nextStep, type Rights, type Verb, verbsFor } from './next-step.ts';

/** A question that a verb asks first. */
export type Asking = { verb: 'close' | 'take-over' | 'return' | 'shelve'; alarm: Alarm };

export type Handling = {
  verbsOf: (alarm: Alarm) => ReadonlySet<Verb>;
  nextOf: (alarm: Alarm) => Verb | null;
  /** Does a verb, or asks its question first. */
  start: (verb: Verb, alarm: Alarm) => void;
  /** Whether this verb is on its way; the others are not held up by it. */
  isBusy: (verb: Verb) => boolean;
  /** Why the last try at this alarm was refused: who has it, where a race was lost. */
  refusalOf: (id: string) => string | null;
  asking: Asking | null;
  /** The question was answered by this alarm as it now stands, or left. */
  answered: (done: { verb: Asking['verb']; alarm: Alarm } | null) => void;
};

type Page = { items: Alarm[] };

/** What these did is seen where it was done; a reader hears it. */
const IS_SEEN: ReadonlySet<Verb> = new Set(['claim', 'acknowledge', 'take-over', 'return', 'unshelve']);

/** Puts an alarm, as a verb answered it, into what was read; the readings that follow say the same. */
function useShown(): (alarm: Alarm) => void {
  const cache = useCache();
  return useCallback(
    (alarm) => {
      const put = (one: Alarm): Alarm => (one.id === alarm.id && one.version <= alarm.version ? alarm : one);
      const inPage = (page: Page): Page => ({ ...page, items: page.items.map(put) });
      cache.setQueriesData<Page | InfiniteData<Page>>({ queryKey: ['alarms', listAlarms.path] }, (known) => known && ('pages' in known ? { ...known, pages: known.pages.map(inPage) } : inPage(known)));
      cache.setQueryData<AlarmDetail>(keyOf('alarms', getAlarm, { id: alarm.id }), (known) => known && { ...known, ...alarm });
    },
    [cache],
  );
}

function useRights(): Rights {
  return { handle: useMay('alarms:handle'), close: useMay('alarms:close'), supervise: useMay('alarms:supervise'), declare: useMay('incidents:declare') };
}

/** What the reader does to alarms. A refusal stays beside its alarm until the next try, and nothing loses its place. */
export function useHandling(onDone?: (verb: Verb, alarm: Alarm) => void): Handling {
  const me = useMe().personId;
  const rights = useRights();
  const go = useGo();
  const show = useShown();
  const verbs = { claim: useSend('alarms', claim), acknowledge: useSend('alarms', acknowledge), release: useSend('alarms', release), unshelve: useSend('alarms', unshelve) };
  const [refusal, setRefusal] = useState<{ id: string; words: string } | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const done = (verb: Exclude<Verb, 'declare'>, alarm: Alarm): void => {
    show(alarm);
    const words = t(`watch.done.${verb}`, { number: alarm.number });
    if (IS_SEEN.has(verb)) say(words);
    else announce(words);
    onDone?.(verb, alarm);
  };
  const send = async (verb: keyof typeof verbs, alarm: Alarm): Promise<void> => {
    setRefusal(null);
    try {
      done(verb, await verbs[verb].send({ id: alarm.id }));
    } catch (error) {
      setRefusal({ id: alarm.id, words: error instanceof ProblemError ? error.detail : t('watch.refused') });
    }
  };
  const start = (verb: Verb, alarm: Alarm): void => {
    if (verb === 'declare') go(`/incidents/new?alarm=${alarm.id}`);
    else if (verb === 'claim' || verb === 'acknowledge' || verb === 'release' || verb === 'unshelve') void send(verb, alarm);
    else setAsking({ verb, alarm });
  };
  return {
    verbsOf: (alarm) => verbsFor(alarm, me, rights),
    nextOf: (alarm) => nextStep(alarm, me, rights),
    start,
    isBusy: (verb) => verb in verbs && verbs[verb as keyof typeof verbs].isBusy,
    refusalOf: (id) => (refusal?.id === id ? refusal.words : null),
    asking,
    answered: (answer) => {
      setAsking(null);
      if (answer) done(answer.verb, answer.alarm);
    },
  };
}
