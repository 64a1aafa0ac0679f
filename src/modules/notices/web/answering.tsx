import { useState } from 'react';
import { useNow } from '#ui/clock.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Mine } from '../contract.ts';
import { type Answer, CHOICES } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';

const SAYS = { safe: 'notices.told.safe', help: 'notices.told.help', unaffected: 'notices.told.unaffected', received: 'notices.told.got' } as const;

/** What a notification says and asks, with large buttons: somebody reads it on a telephone, in a hurry. */
export function Answering({ mine, isBusy, detail, onAnswer }: { mine: Mine; isBusy: boolean; detail: string | undefined; onAnswer: (answer: Answer, note: string) => void }) {
  const [note, setNote] = useState(mine.note);
  const now = useNow();
  const { question, answer, text, isRecalled, until } = mine;
  const isOver = Date.parse(until) <= now.getTime();
  return (
    <>
      {isRecalled ? <p role="status"><b>{t('notices.told.recalled')}</b></p> : <p className={css.said}>{text}</p>}
      {question !== 'none' && !isRecalled && (isOver ? <p className="t2">{t('notices.told.over')}</p> : (
        <div className={css.answers} role="group" aria-label={t('notices.told.question')}>
          <FaultSummary faults={[]} detail={detail} />
          {question === 'received' ? <p>{t('notices.told.received')}</p> : <p><b>{t('notices.told.emergency')}</b></p>}
          {question === 'safety' && <TextField label={t('notices.told.note')} isOptional value={note} onValue={setNote} />}
          {CHOICES[question].map((one) => <Button key={one} size="large" look={one === 'help' ? 'danger' : 'filled'} isBusy={isBusy} onClick={() => onAnswer(one, note.trim())}>{t(SAYS[one])}</Button>)}
          {answer && <p role="status">{t('notices.told.thanks', { answer: t(SAYS[answer]) })}</p>}
          <p className="t2 small">{t('notices.told.until')} <TwoTimes at={until} /></p>
        </div>
      ))}
    </>
  );
}
