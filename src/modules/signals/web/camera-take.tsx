import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, FilledIn, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { adoptCamera, askCamera, type CameraFacts, type FoundCamera } from '../camera-contract.ts';
import { t } from './messages.en.ts';
import { NO_SIGN_IN, SignInFields, signInFaults } from './sign-in-fields.tsx';
import { SitePicker } from './site-picker.tsx';

const CODE = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,43}$/;

/** Gives a camera that answered its name and password, asks it what it is, and takes it as a source with its devices. */
export function TakeCamera({ camera, onClose, onBack }: { camera: FoundCamera; onClose: () => void; onBack: () => void }) {
  const asking = useSend('signals', askCamera);
  const adopting = useSend('signals', adoptCamera);
  const mayRegister = useMay('devices:register');
  const [signIn, setSignIn] = useState(NO_SIGN_IN);
  const [name, setName] = useState(camera.name || camera.remote);
  const [site, setSite] = useState<Option | null>(null);
  const [code, setCode] = useState('');
  const [isDevice, setDevice] = useState(mayRegister);
  const [isSplit, setSplit] = useState(true);
  const [facts, setFacts] = useState<CameraFacts | null>(null);
  const [isTried, setTried] = useState(false);
  const faults = signInFaults(signIn, true);
  const codeFault = isDevice && !CODE.test(code.trim()) ? t('signals.look.code.missing') : undefined;
  const nameFault = name.trim() === '' ? t('signals.sources.name.missing') : undefined;
  const asked = { account: camera.address, credentials: signIn.user.trim() === '' ? null : { ...signIn, user: signIn.user.trim() } };
  const problem = adopting.problem ?? asking.problem;
  const parts = isDevice && isSplit && facts && facts.parts.length > 1 ? facts.parts.map((part, i) => ({ part: part.name, code: `${code.trim()}-${i + 1}`, name: t('signals.look.part', { name: name.trim(), n: i + 1 }) })) : [];
  const submit = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(faults).length > 0 || nameFault || codeFault) return;
    const made = await adopting.send({ ...asked, name: name.trim(), siteId: site?.value ?? null, device: isDevice ? { code: code.trim(), parts } : null });
    announce(made.devices.length === 0 ? t('signals.look.done', { name: made.name }) : t('signals.look.done.devices', { name: made.name, codes: made.devices.map((one) => one.code).join(', ') }));
    onClose();
  };
  return (
    <Dialog title={t('signals.look.title', { name: camera.name || camera.remote })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" size="large" look="filled" isBusy={adopting.isBusy}>{t('signals.look.take')}</Button><Button size="large" onClick={onBack}>{t('signals.cancel')}</Button></>}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <FilledIn label={t('signals.sources.account.onvif')} value={<span className="mono">{camera.address}</span>} />
      <SignInFields value={signIn} onValue={(value) => { setSignIn(value); setFacts(null); }} errors={isTried ? faults : {}} />
      <p><Button onClick={() => void asking.send(asked).then(setFacts, () => undefined)} isBusy={asking.isBusy}>{t('signals.look.ask')}</Button></p>
      {facts && <Told facts={facts} />}
      <TextField label={t('signals.sources.name')} help={t('signals.sources.name.help')} value={name} onValue={setName} error={isTried ? nameFault : undefined} autoComplete="off" />
      <SitePicker label={t('signals.site')} help={t('signals.sources.site.help')} isOptional value={site} onValue={setSite} error={problem?.of('/siteId')} />
      {mayRegister ? <CheckField label={t('signals.look.device')} isOn={isDevice} onValue={setDevice} /> : <p className="t2">{t('signals.look.no-device')}</p>}
      {isDevice && <TextField label={t('signals.look.code')} help={t('signals.look.code.help')} value={code} onValue={setCode} error={problem?.of('/device/code') ?? (isTried ? codeFault : undefined)} autoComplete="off" />}
      {isDevice && facts && facts.parts.length > 1 && <CheckField label={<>{t('signals.look.parts', { n: facts.parts.length })} <span className="t2 small">{t('signals.look.parts.help', { codes: facts.parts.map((_, i) => `${code.trim() || 'CAM'}-${i + 1}`).join(', ') })}</span></>} isOn={isSplit} onValue={setSplit} />}
    </Dialog>
  );
}

const Told = ({ facts }: { facts: CameraFacts }) => (
  <div role="status"><dl className="facts">
    <dt>{t('signals.look.model')}</dt><dd>{[facts.make, facts.model].filter(Boolean).join(' ') || t('signals.look.unsaid')}</dd>
    <dt>{t('signals.look.serial')}</dt><dd className="mono">{facts.serial || t('signals.look.unsaid')}</dd>
    <dt>{t('signals.look.firmware')}</dt><dd className="mono">{facts.firmware || t('signals.look.unsaid')}</dd>
    <dt>{t('signals.look.clock')}</dt><dd>{clockWords(facts.driftMs)}</dd>
    <dt>{t('signals.look.streams')}</dt><dd>{facts.streams.map(streamWords).join(', ') || t('signals.look.unsaid')}</dd>
    <dt>{t('signals.look.gives')}</dt><dd>{[facts.hasEvents && t('signals.look.events'), facts.hasPicture && t('signals.look.picture')].filter(Boolean).join(', ') || t('signals.look.nothing')}</dd>
  </dl></div>
);

const streamWords = ({ name, encoding, width, height }: CameraFacts['streams'][number]): string => [name, encoding, width && height ? `${width} × ${height}` : ''].filter(Boolean).join(' ');

function clockWords(driftMs: number | null): string {
  if (driftMs === null) return t('signals.look.clock.unknown');
  const seconds = Math.round(driftMs / 1_000);
  if (Math.abs(seconds) < 2) return t('signals.look.clock.right');
  return t(seconds > 0 ? 'signals.look.clock.ahead' : 'signals.look.clock.behind', { seconds: String(Math.abs(seconds)) });
}
