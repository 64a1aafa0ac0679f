import { useState } from 'react';
import type { Reply } from '#platform/kernel/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { changePassword, endSession, listSessions, myFactors } from '../contract.ts';
import css from './account.module.css';
import { SecondFactorPanel } from './factors/second-factor-panel.tsx';
import { t } from './messages.en.ts';

type Session = Reply<typeof listSessions>['items'][number];

export default function AccountPage() {
  const me = useMe();
  const sessions = useRead('identity', listSessions, {});
  const factors = useRead('identity', myFactors, {});
  useWhere({ title: t('identity.account') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('identity.account')}</h1>
      <div className={css.two}>
        <Panel title={t('identity.account.me')}>
          <dl className={`facts ${css.pad}`}>
            <dt>{t('identity.account.name')}</dt><dd>{me.name}</dd>
            <dt>{t('identity.email')}</dt><dd>{me.email}</dd>
            <dt>{t('identity.account.roles')}</dt><dd>{me.roles.length > 0 ? me.roles.map((role) => role.title).join(', ') : <span className="t3">{t('identity.account.no-roles')}</span>}</dd>
          </dl>
        </Panel>
        <ChangePassword />
      </div>
      <Asked reading={factors}>{(held) => <SecondFactorPanel factors={held} />}</Asked>
      <Panel title={t('identity.account.sessions')}>
        <Asked reading={sessions}>{({ items }) => <ul>{items.map((session) => <OneSession key={session.id} session={session} />)}</ul>}</Asked>
      </Panel>
    </div>
  );
}

function ChangePassword() {
  const { send, isBusy, problem, forget } = useSend('identity', changePassword);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (current === '' || next.length < 12) return;
    await send({ current, next });
    announce(t('identity.account.changed'));
    setCurrent('');
    setNext('');
    setTried(false);
    forget();
  };
  return (
    <Panel title={t('identity.account.password')}>
      <form className={css.form} noValidate onSubmit={(event) => { event.preventDefault(); void submit().catch(() => undefined); }}>
        <FaultSummary faults={[]} detail={problem?.detail} />
        <TextField label={t('identity.account.present')} type="password" autoComplete="current-password" value={current} onValue={setCurrent} error={problem?.of('/current') ?? (isTried && current === '' ? t('identity.account.present.missing') : undefined)} />
        <TextField label={t('identity.account.next')} help={t('identity.setup.password.help')} type="password" autoComplete="new-password" value={next} onValue={setNext} error={problem?.of('/next') ?? (isTried && next.length < 12 ? t('identity.setup.password.short') : undefined)} />
        <p className="t2 small">{t('identity.account.password.what')}</p>
        <Button type="submit" size="large" isBusy={isBusy}>{t('identity.account.change')}</Button>
      </form>
    </Panel>
  );
}

/** The browser and system that a session names, in few words. */
export function agentWords(agent: string | null): string | null {
  if (!agent) return null;
  const browser = /(Firefox|Edg|OPR|Chrome|Safari|curl|HeadlessChrome)\/?([\d]+)?/.exec(agent);
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent);
  const name = { Edg: 'Edge', OPR: 'Opera', HeadlessChrome: 'Chrome' }[browser?.[1] ?? ''] ?? browser?.[1];
  return [name && `${name} ${browser?.[2] ?? ''}`.trim(), system?.[1]].filter(Boolean).join(', ') || agent.slice(0, 40);
}

function OneSession({ session }: { session: Session }) {
  const { send, isBusy } = useSend('identity', endSession);
  const from = [agentWords(session.agent), session.address].filter(Boolean).join(' · ') || t('identity.account.session.unknown');
  const end = async (): Promise<void> => {
    await send({ id: session.id });
    announce(t('identity.account.session.ended'));
  };
  return (
    <li className={css.session}>
      <div><b className="strong">{from}</b> {session.current && <Tag look="line">{t('identity.account.session.this')}</Tag>}</div>
      <dl className="facts">
        <dt>{t('identity.account.session.began')}</dt><dd><TwoTimes at={session.createdAt} /></dd>
        <dt>{t('identity.account.session.ends')}</dt><dd><TwoTimes at={session.expiresAt} /></dd>
      </dl>
      {!session.current && <Button isBusy={isBusy} aria-label={t('identity.account.session.end.of', { address: from })} onClick={() => void end().catch(() => undefined)}>{t('identity.account.session.end')}</Button>}
    </li>
  );
}
