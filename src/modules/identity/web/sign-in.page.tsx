import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ownAddress, useGo } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { setupState, type SignedIn } from '../contract.ts';
import { Door } from './door.tsx';
import { LaterSteps, titleOfStep } from './later-steps.tsx';
import { t } from './messages.en.ts';
import { PasswordStep } from './password-step.tsx';

const VIEW = viewOf({ to: text() });

export default function SignInPage() {
  const [{ to }] = useView(VIEW);
  const go = useGo();
  const cache = useQueryClient();
  const setup = useRead('identity', setupState, {});
  const [due, setDue] = useState<SignedIn | null>(null);
  const title = titleOfStep(due?.next ?? null);
  useWhere({ title });
  const needsSetup = setup.data?.needed === true;
  useEffect(() => {
    if (needsSetup) go('/setup', { replace: true });
  }, [needsSetup, go]);
  const enter = (): void => {
    cache.removeQueries();
    go(ownAddress(to), { replace: true });
  };
  return (
    <Door title={title}>
      {due === null ? <PasswordStep to={ownAddress(to)} onShown={(next) => (next.next === null ? enter() : setDue(next))} /> : <LaterSteps due={due} onIn={enter} onBack={() => setDue(null)} />}
      {due === null && <LinkButton to="/report" look="quiet">{t('identity.report')}</LinkButton>}
    </Door>
  );
}
