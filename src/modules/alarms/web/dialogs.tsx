import { CloseDialog } from './close-dialog.tsx';
import { MuteDialog } from './mute-dialog.tsx';
import { ReturnDialog } from './return-dialog.tsx';
import { ShelveDialog } from './shelve-dialog.tsx';
import { TakeOverDialog } from './take-over-dialog.tsx';
import type { Asking, Handling } from './use-handling.ts';

type DialogsProps = { asking: Asking | null; onAnswered: Handling['answered']; isMuting: boolean; onMuted: () => void };

const BY_VERB = { close: CloseDialog, 'take-over': TakeOverDialog, return: ReturnDialog, shelve: ShelveDialog } as const;

/** The questions that verbs ask first; loaded once the board stands. */
export default function Dialogs({ asking, onAnswered, isMuting, onMuted }: DialogsProps) {
  const Asked = asking && BY_VERB[asking.verb];
  return (
    <>
      {Asked && <Asked alarm={asking.alarm} onLeave={() => onAnswered(null)} onDone={(alarm) => onAnswered({ verb: asking.verb, alarm })} />}
      {isMuting && <MuteDialog onLeave={onMuted} />}
    </>
  );
}
