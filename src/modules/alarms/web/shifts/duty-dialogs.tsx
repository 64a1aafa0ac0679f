import type { Duty } from '../../shift-contract.ts';
import { AnswerDialog } from './answer-dialog.tsx';
import { BeginDialog } from './begin-dialog.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { type About, type DutyAsking, waitingFor } from './waiting.ts';

type DutyDialogsProps = { asking: DutyAsking; duty: Duty; me: string; about: About; onClose: () => void };

/** The questions of duty, log and hand-over; loaded when one is asked. */
export default function DutyDialogs({ asking, duty, me, about, onClose }: DutyDialogsProps) {
  const waiting = waitingFor(duty, me);
  if (asking === 'begin') return <BeginDialog duty={duty} onClose={onClose} />;
  if (asking === 'entry') return <EntryDialog about={about} onClose={onClose} />;
  if (asking === 'answer') return waiting ? <AnswerDialog handOver={waiting} duty={duty} onClose={onClose} /> : null;
  return duty.mine ? <LeaveDialog shift={duty.mine} waiting={duty.handOvers.find(({ shiftId }) => shiftId === duty.mine?.id) ?? null} onClose={onClose} /> : null;
}
