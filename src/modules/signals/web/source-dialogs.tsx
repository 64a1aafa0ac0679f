import { type ReactNode, useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, FilledIn, SelectField, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addSources, adopt, changeSource, type MadeSource, retireSource, type Source, type Stranger } from '../contract.ts';
import { CameraLook } from './camera-look.tsx';
import { KeyDialog, KeyField, keyFault } from './line.tsx';
import { t } from './messages.en.ts';
import { asProtocol, type Protocol, PROTOCOLS, protocolName } from './protocols.ts';
import { NO_SIGN_IN, SignInDialog, SignInFields, signInFaults } from './sign-in-fields.tsx';
import { KeyOnce, RenewKey } from './source-key.tsx';
import { SignatureDialog } from './signature-dialog.tsx';
import { SitePicker } from './site-picker.tsx';
import { useSites } from './sites.ts';
import { WatchDialog } from './supervision.tsx';

/** What is asked about a source. */
export type Asking = { what: 'add' } | { what: 'look' } | { what: 'change'; source: Source } | { what: 'key'; source: Source } | { what: 'sign-in'; source: Source } | { what: 'watch'; source: Source } | { what: 'signature'; source: Source } | { what: 'renew'; source: Source } | { what: 'retire'; source: Source } | { what: 'adopt'; stranger: Stranger };

/** The dialogs of the Sources page. */
export default function SourceDialogs({ asking, onClose }: { asking: Asking; onClose: () => void }) {
  if (asking.what === 'add') return <Add onClose={onClose} />;
  if (asking.what === 'look') return <CameraLook onClose={onClose} />;
  if (asking.what === 'change') return <Change source={asking.source} onClose={onClose} />;
  if (asking.what === 'key') return <KeyDialog source={asking.source} onClose={onClose} />;
  if (asking.what === 'sign-in') return <SignInDialog source={asking.source} onClose={onClose} />;
  if (asking.what === 'watch') return <WatchDialog source={asking.source} onClose={onClose} />;
  if (asking.what === 'signature') return <SignatureDialog source={asking.source} onClose={onClose} />;
  if (asking.what === 'renew') return <RenewKey source={asking.source} onClose={onClose} />;
  if (asking.what === 'retire') return <Retire source={asking.source} onClose={onClose} />;
  return <Adopt stranger={asking.stranger} onClose={onClose} />;
}

type FrameProps = { title: string; onClose: () => void; onSubmit: () => void; isBusy: boolean; problem: ProblemError | null; act: string; isDanger?: boolean; children: ReactNode };

const Frame = ({ title, onClose, onSubmit, isBusy, problem, act, isDanger = false, children }: FrameProps) => (
  <Dialog title={title} onClose={onClose} onSubmit={onSubmit} actions={<><Button type="submit" size="large" look={isDanger ? 'danger' : 'filled'} isBusy={isBusy}>{act}</Button><Button size="large" onClick={onClose}>{t('signals.cancel')}</Button></>}>
    {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
    {children}
  </Dialog>
);

const nameFault = (name: string): string | undefined => (name.trim() ? undefined : t('signals.sources.name.missing'));

function Add({ onClose }: { onClose: () => void }) {
  const sending = useSend('signals', addSources);
  const [name, setName] = useState('');
  const [account, setAccount] = useState('');
  const [key, setKey] = useState('');
  const [signIn, setSignIn] = useState(NO_SIGN_IN);
  const [site, setSite] = useState<Option | null>(null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [protocol, setProtocol] = useState<Protocol>('dc09');
  const [keyIn, setKeyIn] = useState<Source['keyIn']>('header');
  const [made, setMade] = useState<MadeSource | null>(null);
  const accountFault = protocol === 'mail' || PROTOCOLS[protocol].fits.test(account.trim()) ? undefined : t(`signals.sources.account.wrong.${protocol}`);
  const submit = async (): Promise<void> => {
    setLeft(new Set(['name', 'account', 'key', 'sign-in']));
    if (nameFault(name) || accountFault || (protocol === 'dc09' && keyFault(key)) || (protocol === 'onvif' && Object.keys(signInFaults(signIn, true)).length > 0)) return;
    const placed = { name: name.trim(), siteId: site?.value ?? null };
    const named = { ...placed, account: account.trim() };
    const added = await sending.send(protocol === 'onvif' ? { protocol, ...named, ...(signIn.user && { credentials: { ...signIn, user: signIn.user.trim() } }) } : protocol === 'mail' ? { protocol, ...placed } : protocol === 'http' ? { protocol, ...placed, keyIn, ...(named.account && { account: named.account }) } : protocol === 'dc09' ? { protocol, ...named, ...(key && { key }) } : { protocol, ...named });
    announce(t('signals.sources.added', { name: placed.name }));
    if ('secret' in added && added.secret !== null) setMade(added);
    else onClose();
  };
  if (made) return <KeyOnce source={made} onClose={onClose} />;
  return (
    <Frame title={t('signals.sources.add')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} isBusy={sending.isBusy} problem={sending.problem} act={t('signals.sources.add')}>
      <SelectField label={t('signals.sources.protocol')} value={protocol} onValue={(value) => setProtocol(asProtocol(value))} choices={Object.keys(PROTOCOLS).map((value) => ({ value, title: protocolName(value) }))} />
      {protocol !== 'mail' && <TextField label={t(`signals.sources.account.${protocol}`)} help={t(`signals.sources.account.help.${protocol}`)} value={account} onValue={setAccount} onLeave={() => account && setLeft(new Set([...left, 'account']))} error={sending.problem?.of('/account') ?? (left.has('account') ? accountFault : undefined)} autoComplete="off" autoCapitalize={protocol === 'dc09' ? 'characters' : 'off'} spellCheck={false} {...(protocol === 'http' && { isOptional: true })} />}
      <p className="t2 small">{t(`signals.setup.${protocol}`, { account: account.trim() || '…' })}</p>
      {protocol === 'http' && <SelectField label={t('signals.sources.key-in')} help={t('signals.sources.key-in.help')} value={keyIn} onValue={(value) => setKeyIn(value === 'address' ? 'address' : 'header')} choices={[{ value: 'header', title: t('signals.sources.key-in.header') }, { value: 'address', title: t('signals.sources.key-in.address') }]} />}
      <TextField label={t('signals.sources.name')} help={t('signals.sources.name.help')} value={name} onValue={setName} error={sending.problem?.of('/name') ?? (left.has('name') ? nameFault(name) : undefined)} autoComplete="off" />
      <SitePicker label={t('signals.site')} help={t('signals.sources.site.help')} isOptional value={site} onValue={setSite} error={sending.problem?.of('/siteId')} />
      {protocol === 'onvif' && <SignInFields value={signIn} onValue={setSignIn} errors={left.has('sign-in') ? signInFaults(signIn, true) : {}} />}
      {protocol === 'dc09' && <KeyField isOptional value={key} onValue={setKey} onLeave={() => key && setLeft(new Set([...left, 'key']))} error={sending.problem?.of('/key') ?? (left.has('key') ? keyFault(key) : undefined)} />}
    </Frame>
  );
}

function Change({ source, onClose }: { source: Source; onClose: () => void }) {
  const sending = useSend('signals', changeSource);
  const known = useSites().get(source.siteId ?? '');
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [version] = useState(source.version);
  const [name, setName] = useState(source.name);
  const [moved, setMoved] = useState<Option | null | undefined>(undefined);
  const site = moved === undefined ? (source.siteId === null ? null : { value: source.siteId, title: known?.name ?? '' }) : moved;
  const submit = async (): Promise<void> => {
    if (nameFault(name)) return;
    await sending.send({ id: source.id, name: name.trim(), siteId: site?.value ?? null }, { ifMatch: version });
    announce(t('signals.sources.changed', { name: name.trim() }));
    onClose();
  };
  return (
    <Frame title={t('signals.sources.change')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} isBusy={sending.isBusy} problem={sending.problem} act={t('signals.sources.save')}>
      <FilledIn label={t('signals.account')} value={<span className="mono">{source.account}</span>} />
      <TextField label={t('signals.sources.name')} value={name} onValue={setName} error={sending.problem?.of('/name') ?? nameFault(name)} autoComplete="off" />
      <SitePicker label={t('signals.site')} help={t('signals.sources.site.help')} isOptional value={site} onValue={setMoved} error={sending.problem?.of('/siteId')} />
    </Frame>
  );
}

function Retire({ source, onClose }: { source: Source; onClose: () => void }) {
  const sending = useSend('signals', retireSource);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = reason.trim().length >= 3 ? undefined : t('signals.sources.retire.missing');
  const submit = async (): Promise<void> => {
    setTried(true);
    if (fault) return;
    await sending.send({ id: source.id, reason: reason.trim() });
    announce(t('signals.sources.retired', { name: source.name }));
    onClose();
  };
  return (
    <Frame title={t('signals.sources.retire.title', { name: source.name })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} isBusy={sending.isBusy} problem={sending.problem} act={t('signals.sources.retire')} isDanger>
      <p>{t('signals.sources.retire.what', { account: source.account })}</p>
      <TextArea label={t('signals.sources.retire.reason')} rows={2} value={reason} onValue={setReason} error={sending.problem?.of('/reason') ?? (isTried ? fault : undefined)} />
    </Frame>
  );
}

function Adopt({ stranger, onClose }: { stranger: Stranger; onClose: () => void }) {
  const sending = useSend('signals', adopt);
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  const [site, setSite] = useState<Option | null>(null);
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (nameFault(name) || keyFault(key)) return;
    const protocol = stranger.protocol === 'syslog' ? 'syslog' : 'dc09';
    const placed = { account: stranger.account, name: name.trim(), siteId: site?.value ?? null };
    await sending.send(protocol === 'dc09' ? { protocol, ...placed, ...(key && { key }) } : { protocol, ...placed });
    announce(t('signals.strangers.adopted', { name: name.trim(), n: stranger.frames }));
    onClose();
  };
  return (
    <Frame title={t('signals.strangers.adopt.title', { account: stranger.account })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} isBusy={sending.isBusy} problem={sending.problem} act={t('signals.strangers.adopt')}>
      <p className="mono small" style={{ overflowWrap: 'anywhere' }}>{stranger.lastRaw}</p>
      <TextField label={t('signals.sources.name')} help={t('signals.sources.name.help')} value={name} onValue={setName} error={sending.problem?.of('/name') ?? (isTried ? nameFault(name) : undefined)} autoComplete="off" />
      <SitePicker label={t('signals.site')} help={t('signals.sources.site.help')} isOptional value={site} onValue={setSite} error={sending.problem?.of('/siteId')} />
      {stranger.protocol === 'dc09' && <KeyField isOptional={stranger.why === 'unknown'} value={key} onValue={setKey} error={sending.problem?.of('/key') ?? (isTried ? keyFault(key) : undefined)} />}
    </Frame>
  );
}
