import type { Composed, Due, Source } from '#platform/deliver/port.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { codeOf } from './codes.ts';
import { CHOICES, type Language, type Question, saidTo, type Texts } from './rules.ts';
import { linkOf, pathOfMine } from './words.ts';

type Row = { state: string; title: string; texts: Texts; question: Question; language: Language | null; recipientId: string; noticeId: string; at: string; hasAnswered: boolean; turn: number; address: string | null };
const READ = `select n.state, n.title, n.texts, n.question, r.language, r.id as recipient_id, n.id as notice_id, n.released_at as at, r.answer is not null or r.seen_at is not null as has_answered, s.turn, notices.mail_of(r.person_id) as address
  from notices.send s join notices.notice n on n.id = s.notice_id join notices.recipient r on r.id = s.recipient_id where s.id = $1::uuid`;

/** What a notification says when it leaves: its own text, and nothing of what it is about. Recalled meanwhile it leaves no more. */
async function compose({ sourceId, channel }: Due, worker: Database): Promise<Composed> {
  const [answer] = await worker.send([{ text: READ, values: [sourceId] }]);
  const row = answer?.rows[0] as Row | undefined;
  if (!row) return { drop: 'it is gone' };
  if (row.state === 'recalled') return { drop: 'recalled before it left' };
  if (row.turn > 0 && row.hasAnswered) return { drop: 'read or answered before' };
  const asks = CHOICES[row.question].length > 0;
  // A device has its person signed in; mail may be read anywhere.
  const link = asks && channel === 'mail' ? linkOf(codeOf(row.recipientId)) : `${readConfig().publicUrl}${pathOfMine(row.noticeId)}`;
  return { message: { title: row.title, text: saidTo(row.texts, row.language, channel === 'mail' ? 'long' : 'short'), link, at: row.at, urgent: true, data: {}, ...(channel === 'mail' && row.address !== null && { to: row.address }) } };
}

export const source: Source = { name: 'notices', compose: (due, _receiver, worker) => compose(due, worker), toRegister: compose };
