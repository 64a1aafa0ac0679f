import { State, Tag } from '#ui/tag.tsx';
import type { Notice, Told } from '../contract.ts';
import type { Answer } from '../rules.ts';
import { t } from './messages.en.ts';

const FILL = { waiting: 'empty', sending: 'half', sent: 'full', recalled: 'ended', lapsed: 'ended' } as const;
export const NoticeState = ({ state }: Pick<Notice, 'state'>) => <State fill={FILL[state]}>{t(`notices.state.${state}`)}</State>;

export const AnswerTag = ({ answer }: { answer: Answer | null }) => (answer === 'help' ? <Tag look="p2">{t('notices.answer.help')}</Tag> : <span className={answer === null ? 't2' : undefined}>{t(`notices.answer.${answer ?? 'open'}`)}</span>);

/** One channel of one person: how far it is, and why where it did not go. */
export const SendWords = ({ send: { channel, state, reason } }: { send: Told }) => <span className="nowrap" title={reason || undefined}>{t(`notices.channel.${channel}`)}: {state === 'failed' || state === 'unknown' ? <b>{t(`notices.send.${state}`)}</b> : t(`notices.send.${state}`)}</span>;
