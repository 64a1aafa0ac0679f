import { useState } from 'react';
import { agentWords, withWords } from '#modules/identity/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { endSessionsOfPerson, factorsOfPerson, type Person, type PersonFactors, type PersonSession, sessionsOfPerson } from '../../contract.ts';
import css from './access.module.css';
import { EndAllDialog, ResetFactorsDialog, ResetLinkDialog } from './dialogs.tsx';
import { LinksPanel } from './links-panel.tsx';
import { t } from './messages.en.ts';

type Open = 'reset' | 'link' | null;

/** With what a person signs in beside the password, where they are signed in, and the ways back in. */
export function AccessTab({ person, hasSignIn, mayInvite }: { person: Person; hasSignIn: boolean; mayInvite: boolean }) {
  const factors = useRead('people', factorsOfPerson, { id: person.id });
  const maySeeSessions = useMay('identity:sessions');
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  return (
    <div className={css.panels}>
      <Panel title={t('people.access.factors')} actions={mayInvite && hasSignIn && <Button onClick={() => setOpen('link')}>{t('people.access.link')}</Button>}>
        <Asked reading={factors}>{(held) => <Factors held={held} {...(mayInvite && { onReset: () => setOpen('reset') })} />}</Asked>
      </Panel>
      {factors.data && <LinksPanel person={person} links={factors.data.links} mayInvite={mayInvite} />}
      {maySeeSessions && <Sessions person={person} />}
      {open === 'reset' && <ResetFactorsDialog person={person} onClose={close} />}
      {open === 'link' && <ResetLinkDialog person={person} onClose={close} />}
    </div>
  );
}

function Factors({ held, onReset }: { held: PersonFactors; onReset?: () => void }) {
  const hasAny = held.totpSince !== null || held.passkeys + held.suspects > 0;
  return (
    <div className={css.pad}>
      {held.isRequired && <p><Tag look="line">{t('people.access.required')}</Tag></p>}
      <dl className="facts">
        <dt>{t('people.access.app')}</dt>
        <dd>{held.totpSince === null ? <span className="t3">{t('people.access.none')}</span> : <>{t('people.access.since')} <TwoTimes at={held.totpSince} /></>}</dd>
        <dt>{t('people.access.passkeys')}</dt>
        <dd>{held.passkeys === 0 && held.suspects === 0 ? <span className="t3">{t('people.access.none')}</span> : held.passkeys} {held.suspects > 0 && <Tag look="p1" icon="warning">{t('people.access.suspects', { n: held.suspects })}</Tag>}</dd>
        {hasAny && <><dt>{t('people.access.codes')}</dt><dd>{t('people.access.codes.left', { n: held.codesLeft })}</dd></>}
      </dl>
      {hasAny && onReset && <div className="row"><Button onClick={onReset}>{t('people.access.reset')}</Button></div>}
    </div>
  );
}

function Sessions({ person }: { person: Person }) {
  const reading = useRead('people', sessionsOfPerson, { id: person.id });
  const [isEnding, setEnding] = useState(false);
  const isAny = (reading.data?.items.length ?? 0) > 0;
  return (
    <Panel title={t('people.access.sessions')} actions={isAny && <Button onClick={() => setEnding(true)}>{t('people.access.sessions.end-all')}</Button>}>
      <Asked reading={reading}>
        {({ items }) => items.length === 0 ? <Empty>{t('people.access.sessions.none', { name: person.name })}</Empty> : <ul>{items.map((session) => <One key={session.id} personId={person.id} session={session} />)}</ul>}
      </Asked>
      {isEnding && <EndAllDialog person={person} onClose={() => setEnding(false)} />}
    </Panel>
  );
}

function One({ personId, session }: { personId: string; session: PersonSession }) {
  const { send, isBusy } = useSend('people', endSessionsOfPerson);
  const from = [agentWords(session.agent), session.address].filter(Boolean).join(' · ') || t('people.access.unknown');
  const end = async (): Promise<void> => {
    const { ended } = await send({ id: personId, sessionId: session.id });
    announce(t('people.access.sessions.ended', { n: ended }));
  };
  return (
    <li className={css.session}>
      <div><b className="strong">{from}</b>{session.openedWith && <p className="t2">{t('people.access.with')}: {withWords(session.openedWith)}</p>}</div>
      <dl className="facts">
        <dt>{t('people.access.began')}</dt><dd><TwoTimes at={session.createdAt} /></dd>
        <dt>{t('people.access.seen')}</dt><dd><TwoTimes at={session.lastSeenAt} /></dd>
        <dt>{t('people.access.ends')}</dt><dd><TwoTimes at={session.expiresAt} /></dd>
      </dl>
      <Button isBusy={isBusy} aria-label={t('people.access.sessions.end.of', { from })} onClick={() => void end().catch(() => undefined)}>{t('people.access.sessions.end')}</Button>
    </li>
  );
}
