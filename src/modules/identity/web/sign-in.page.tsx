import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ownAddress, useGo } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { setupState, type SignedIn } from '../contract.ts';
import { Door } from './door.tsx';
import { EnrolStep } from './factors/enrol-step.tsx';
import { t as step } from './factors/messages.en.ts';
import { SecondStep } from './factors/second-step.tsx';
import { t } from './messages.en.ts';
import { PasswordStep } from './password-step.tsx';

const VIEW = viewOf({ to: text() });
const titleOf = (next: SignedIn['next']): string => (next === 'second-factor' ? step('identity.step.second') : next === 'enrol' ? step('identity.step.enrol') : t('identity.sign-in'));

export default function SignInPage() {
  const [{ to }] = useView(VIEW);
  const go = useGo();
  const cache = useQueryClient();
  const setup = useRead('identity', setupState, {});
  const [due, setDue] = useState<SignedIn | null>(null);
  const stands = due?.next ?? null;
  useWhere({ title: titleOf(stands) });
  const needsSetup = setup.data?.needed === true;
  useEffect(() => {
    if (needsSetup) go('/setup', { replace: true });
  }, [needsSetup, go]);
  const enter = (): void => {
    cache.removeQueries();
    go(ownAddress(to), { replace: true });
  };
  const back = (): void => setDue(null);
  return (
    <Door title={titleOf(stands)}>
      {stands === null && <PasswordStep onShown={(next) => (next.next === null ? enter() : setDue(next))} />}
      {stands === 'second-factor' && <SecondStep factors={due?.factors ?? []} onIn={enter} onBack={back} />}
      {stands === 'enrol' && <EnrolStep factors={due?.factors ?? []} onIn={enter} onBack={back} />}
    </Door>
  );
}
