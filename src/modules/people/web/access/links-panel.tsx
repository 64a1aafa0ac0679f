import { useState } from 'react';
import { signInWays } from '#modules/identity/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { linkPerson, type Person, type PersonLink, unlinkPerson } from '../../contract.ts';
import { Consequences } from '../person-dialogs.tsx';
import css from './access.module.css';
import { t } from './messages.en.ts';

/** The providers that know a person; not shown where the organisation has none. */
export function LinksPanel({ person, links, mayInvite }: { person: Person; links: readonly PersonLink[]; mayInvite: boolean }) {
  const ways = useRead('identity', signInWays, {});
  const [isAdding, setAdding] = useState(false);
  const [ending, setEnding] = useState<PersonLink | null>(null);
  const providers = ways.data?.providers ?? [];
  if (links.length === 0 && providers.length === 0) return null;
  const mayAdd = mayInvite && links.length < providers.length;
  return (
    <Panel title={t('people.access.single')} actions={mayAdd && <Button onClick={() => setAdding(true)}>{t('people.access.single.add')}</Button>}>
      {links.length === 0 ? <Empty>{t('people.access.single.none', { name: person.name })}</Empty> : <ul>{links.map((link) => <One key={link.id} person={person} link={link} {...(mayInvite && { onEnd: () => setEnding(link) })} />)}</ul>}
      {isAdding && <AddDialog person={person} providers={providers} onClose={() => setAdding(false)} />}
      {ending && <EndDialog person={person} link={ending} onClose={() => setEnding(null)} />}
    </Panel>
  );
}

const One = ({ person, link, onEnd }: { person: Person; link: PersonLink; onEnd?: () => void }) => (
  <li className={css.session}>
    <div><b className="strong">{link.provider}</b> {link.knownAs}<p className="mono t2">{link.subject}</p></div>
    <dl className="facts">
      <dt>{t('people.access.since')}</dt><dd><TwoTimes at={link.madeAt} /> <span className="t2">{t('people.access.single.by', { name: link.madeBy })}</span></dd>
      <dt>{t('people.access.single.used')}</dt><dd>{link.lastUsedAt === null ? t('people.access.single.never') : <TwoTimes at={link.lastUsedAt} />}</dd>
    </dl>
    {onEnd && <Button aria-label={t('people.access.single.end.of', { name: person.name, provider: link.provider })} onClick={onEnd}>{t('people.access.single.end')}</Button>}
  </li>
);

function AddDialog({ person: { id, name }, providers, onClose }: { person: Person; providers: readonly { id: string; name: string }[]; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('people', linkPerson);
  const [providerId, setProviderId] = useState(providers.length === 1 ? (providers[0]?.id ?? '') : '');
  const [subject, setSubject] = useState('');
  const [isTried, setTried] = useState(false);
  const add = async (): Promise<void> => {
    setTried(true);
    if (providerId === '' || subject.trim() === '') return;
    await send({ id, providerId, subject: subject.trim() });
    announce(t('people.access.single.add.done', { name, provider: providers.find((one) => one.id === providerId)?.name ?? '' }));
    onClose();
  };
  return (
    <Dialog title={t('people.access.single.add.of', { name })} onClose={onClose} onSubmit={() => void add().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{t('people.access.single.add.do')}</Button><Button onClick={onClose}>{t('people.access.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('people.access.single.what', { name })}</p>
      <Consequences lines={[t('people.access.walls', { name }), t('people.access.ledger')]} />
      <SelectField label={t('people.access.single.provider')} placeholder={t('people.access.single.provider.missing')} value={providerId} onValue={setProviderId} choices={providers.map((one) => ({ value: one.id, title: one.name }))} error={problem?.of('/providerId') ?? (isTried && providerId === '' ? t('people.access.single.provider.missing') : undefined)} />
      <TextField label={t('people.access.single.subject')} help={t('people.access.single.subject.help')} spellCheck={false} autoComplete="off" value={subject} onValue={setSubject} error={problem?.of('/subject') ?? (isTried && subject.trim() === '' ? t('people.access.single.subject.missing') : undefined)} />
    </Dialog>
  );
}

function EndDialog({ person: { id, name }, link: { id: linkId, provider }, onClose }: { person: Person; link: PersonLink; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('people', unlinkPerson);
  const end = async (): Promise<void> => {
    await send({ id, linkId });
    announce(t('people.access.single.end.done', { name, provider }));
    onClose();
  };
  return (
    <Dialog title={t('people.access.single.end.of', { name, provider })} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void end().catch(() => undefined)}>{t('people.access.single.end')}</Button><Button onClick={onClose} data-autofocus>{t('people.access.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('people.access.single.end.what', { name, provider })}</p>
      <Consequences lines={[t('people.access.sessions-end', { name }), t('people.access.walls', { name }), t('people.access.ledger')]} />
    </Dialog>
  );
}
