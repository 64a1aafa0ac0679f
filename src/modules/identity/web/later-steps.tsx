import type { SignedIn } from '../contract.ts';
import { EnrolStep } from './factors/enrol-step.tsx';
import { t as step } from './factors/messages.en.ts';
import { SecondStep } from './factors/second-step.tsx';
import { t } from './messages.en.ts';

type Props = { due: SignedIn; onIn: () => void; onBack: () => void };

/** What is still due after the first step of a sign-in, whichever it was. */
export function LaterSteps({ due, onIn, onBack }: Props) {
  if (due.next === 'second-factor') return <SecondStep factors={due.factors ?? []} onIn={onIn} onBack={onBack} />;
  return due.next === 'enrol' ? <EnrolStep factors={due.factors ?? []} onIn={onIn} onBack={onBack} /> : null;
}

/** What a page of the sign-in is called while this is due. */
export const titleOfStep = (next: SignedIn['next']): string => (next === 'second-factor' ? step('identity.step.second') : next === 'enrol' ? step('identity.step.enrol') : t('identity.sign-in'));
