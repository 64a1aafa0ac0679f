import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { GrantsOf } from '#modules/identity/web/public.tsx';
import type { Reply } from '#platform/kernel/contract.ts';
import { HoldMark } from '#platform/retention/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { changePerson, readPerson } from '../contract.ts';
import { AccessTab } from './access/access-tab.tsx';
import { t as access } from './access/messages.en.ts';
import { FILL, stateWord, t } from './messages.en.ts';
import { PasswordDialog, ReactivateDialog, SignInDialog, type Turn } from './person-dialogs.tsx';
import { HandedOverPanel } from './leaving/handed-over-panel.tsx';
import { LeaveDialog } from './leaving/leave-dialog.tsx';
import { t as leaving } from './leaving/messages.en.ts';
import { MoveDialog } from './leaving/move-dialog.tsx';
import { ManagerDialog } from './manager-dialog.tsx';
import { PersonFacts } from './person-facts.tsx';
import { PersonForm, type PersonValues } from './person-form.tsx';
import css from './person.module.css';

type Whole = Reply<typeof readPerson>;
type Open = 'change' | 'manager' | 'sign-in' | 'password' | 'move' | Turn | null;
const VIEW = viewOf({ tab: one(['facts', 'rights', 'access']) });

export default function PersonPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('people', readPerson, { id });
  return <AskedRecord title={t('people.one')} reading={reading}>{(person) => <ThePerson key={person.id} person={person} />}</AskedRecord>;
}

const TURNS: Readonly<Record<Whole['state'], readonly Turn[]>> = { invited: ['suspend', 'leave'], active: ['suspend', 'leave'], suspended: ['reactivate', 'leave'], leaver: [] };

function ThePerson({ person }: { person: Whole }) {
  const [view, setView] = useView(VIEW);
  const [open, setOpen] = useState<Open>(null);
  const isMe = useMe().personId === person.id;
  const mayWrite = useMay('people:write');
  const maySeeRights = useMay('identity:read');
  const mayInvite = useMay('identity:invite') && !isMe;
  useWhere({ title: person.name });
  const turns = mayInvite ? TURNS[person.state] : [];
  const mayMove = useMay('identity:grant') && maySeeRights && !isMe && person.state !== 'leaver';
  useCommands([
    ...(mayWrite ? [{ key: 'E', title: t('people.change'), run: () => setOpen('change') }] : []),
    ...turns.map((turn) => ({ title: t(`people.${turn}`), run: () => setOpen(turn) })),
    ...(mayMove ? [{ title: leaving('move'), run: () => setOpen('move') }] : []),
  ]);
  const close = (): void => setOpen(null);
  const facts = (
    <div className={css.panels}>
      <Panel title={t('people.facts')} actions={mayWrite && !isMe && <Button look="quiet" onClick={() => setOpen('manager')}>{t('people.manager.change')}</Button>}><div className={css.pad}><PersonFacts person={person} /></div></Panel>
      {mayInvite && <HandedOverPanel personId={person.id} />}
      {maySeeRights && <SignInPanel person={person} mayInvite={mayInvite && person.state !== 'leaver'} isMe={isMe} onOpen={setOpen} />}
    </div>
  );
  const tabs = [{ key: 'facts', title: t('people.tab.facts'), body: facts }, { key: 'rights', title: t('people.tab.rights'), body: <GrantsOf personId={person.id} name={person.name} /> }, { key: 'access', title: access('people.access'), body: <AccessTab person={person} hasSignIn={person.signIn !== null} mayInvite={mayInvite && person.state !== 'leaver'} /> }];
  return (
    <>
      <RecordPage
        number={t('people.one')} title={person.name}
        state={<><State fill={FILL[person.state]}>{stateWord(person.state)}</State><span className="t2">{[person.title, person.employer].filter(Boolean).join(', ')}</span><HoldMark recordId={person.id} /></>}
        actions={<>{turns.map((turn) => <Button key={turn} onClick={() => setOpen(turn)}>{t(`people.${turn}`)}</Button>)}{mayMove && <Button onClick={() => setOpen('move')}>{leaving('move')}</Button>}{mayWrite && <Button keyCap="E" onClick={() => setOpen('change')}>{t('people.change')}</Button>}</>}
        {...(maySeeRights ? { tabs: { all: tabs, current: view.tab, onTab: (tab: string) => setView({ tab: tab as typeof view.tab }), label: t('people.tabs') } } : { children: facts })}
      />
      <Dialogs person={person} open={open} onClose={close} />
    </>
  );
}

function SignInPanel({ person, mayInvite, isMe, onOpen }: { person: Whole; mayInvite: boolean; isMe: boolean; onOpen: (open: Open) => void }) {
  const { signIn, turn } = person;
  return (
    <Panel title={t('people.sign-in')}>
      {turn && <div className={css.turned}><span><b className="strong">{t('people.turned', { state: stateWord(turn.state as Whole['state']), by: turn.by })}</b> <TwoTimes at={turn.at} /></span><span className="t2">{turn.reason}</span></div>}
      {signIn ? (
        <div className={css.pad}>
          <dl className="facts">
            <dt>{t('people.sign-in.address')}</dt><dd>{signIn.email}</dd>
            <dt>{t('people.sign-in.changed')}</dt><dd><TwoTimes at={signIn.changedAt} /> {signIn.changedBy && <span className="t2">{t('people.sign-in.changed-by', { name: signIn.changedBy })}</span>}</dd>
          </dl>
          {isMe && <p className="t2">{t('people.it-is-you')}</p>}
          {mayInvite && <div className="row"><Button onClick={() => onOpen('password')}>{t('people.reset')}</Button><Button look="quiet" onClick={() => onOpen('sign-in')}>{t('people.sign-in.change')}</Button></div>}
        </div>
      ) : <Empty action={mayInvite && <Button onClick={() => onOpen('sign-in')}>{t('people.sign-in.give')}</Button>}>{t('people.sign-in.none')}</Empty>}
    </Panel>
  );
}

function Dialogs({ person, open, onClose }: { person: Whole; open: Open; onClose: () => void }) {
  if (open === null) return null;
  if (open === 'change') return <Change person={person} onClose={onClose} />;
  if (open === 'manager') return <ManagerDialog person={person} onClose={onClose} />;
  if (open === 'sign-in') return <SignInDialog person={person} onClose={onClose} />;
  if (open === 'password') return <PasswordDialog person={person} onClose={onClose} />;
  if (open === 'move') return <MoveDialog person={person} onClose={onClose} />;
  if (open === 'suspend' || open === 'leave') return <LeaveDialog person={person} ending={open} onClose={onClose} />;
  return <ReactivateDialog person={person} onClose={onClose} />;
}

function Change({ person, onClose }: { person: Whole; onClose: () => void }) {
  const changing = useSend('people', changePerson);
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [version] = useState(person.version);
  const send = async (values: PersonValues): Promise<void> => {
    const { name } = await changing.send({ id: person.id, ...values }, { ifMatch: version });
    announce(t('people.saved', { name }));
    onClose();
  };
  return <PersonForm title={`${t('people.change')}: ${person.name}`} does={t('people.save')} person={person} isBusy={changing.isBusy} problem={changing.problem} onSend={(values) => void send(values).catch(() => undefined)} onClose={onClose} />;
}
