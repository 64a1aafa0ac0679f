import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ownAddress, useGo } from '#platform/web/navigation.tsx';
import { useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { LinkButton } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { finishSingleSignOn, type SignedIn } from '../../contract.ts';
import { Door } from '../door.tsx';
import { LaterSteps, titleOfStep } from '../later-steps.tsx';
import { t } from './messages.en.ts';

type Due = SignedIn & { to: string };

/** Where a provider sends the browser back to: what it said is handed on once, and goes from the address at once. */
export default function BackPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const [search] = useState(() => location.search);
  const { send, problem } = useSend('identity', finishSingleSignOn);
  const [due, setDue] = useState<Due | null>(null);
  const go = useGo();
  const cache = useQueryClient();
  const isHandedOn = useRef(false);
  const title = due === null ? t('identity.single.back') : titleOfStep(due.next);
  useWhere({ title });
  const enter = (to: string): void => {
    cache.removeQueries();
    go(ownAddress(to), { replace: true });
  };
  useEffect(() => {
    if (isHandedOn.current) return;
    isHandedOn.current = true;
    history.replaceState(history.state, '', location.pathname);
    void send({ providerId: id, search }).then(
      (said) => {
        if (said.isLinked) announce(t('identity.single.linked.done'));
        if (said.next === null) enter(said.to);
        else setDue(said);
      },
      () => undefined,
    );
  });
  if (problem) return <Door title={t('identity.single')}><FaultSummary faults={[]} detail={problem.detail} /><LinkButton to="/" size="large" look="filled">{t('identity.single.go-on')}</LinkButton></Door>;
  return (
    <Door title={title}>
      {due === null ? <p className="t2" role="status">{t('identity.single.back.asking')}</p> : <LaterSteps due={due} onIn={() => enter(due.to)} onBack={() => go('/sign-in', { replace: true })} />}
    </Door>
  );
}
