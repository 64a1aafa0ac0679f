import { useState } from 'react';
import { CopyBox, KeySecret, type MadeKey } from '#modules/identity/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { changeDirectory, type Directory, endDirectoryKey, type Key } from '../contract.ts';
import { ArrivalsPanel } from './arrivals-panel.tsx';
import { ChangeDirectory } from './directory-form.tsx';
import css from './directory.module.css';
import { GroupsPanel } from './groups-panel.tsx';
import { MakeKey } from './make-key.tsx';
import { t } from './messages.en.ts';

type Open = 'change' | 'turn' | 'key' | Key | null;

/** One directory: how it is reached, its keys, what its groups give, what came. */
export function OneDirectory({ directory, address }: { directory: Directory; address: string }) {
  const [open, setOpen] = useState<Open>(null);
  const [made, setMade] = useState<MadeKey | null>(null);
  const close = (): void => setOpen(null);
  const turn = directory.isOn ? 'off' : 'on';
  const verbs = (
    <span className={css.verbs}>
      <Button look="quiet" aria-label={t('directory.change.of', directory)} onClick={() => setOpen('change')}>{t('directory.change')}</Button>
      <Button look="quiet" aria-label={t(`directory.turn.${turn}.of`, directory)} onClick={() => setOpen('turn')}>{t(`directory.turn.${turn}`)}</Button>
    </span>
  );
  return (
    <div className={css.one}>
      <Panel title={directory.name} note={<State fill={directory.isOn ? 'full' : 'empty'}>{t(directory.isOn ? 'directory.on' : 'directory.off')}</State>} actions={verbs}>
        <div className={css.pad}>
          <Facts directory={directory} />
          <CopyBox text={address} label={t('directory.address')} />
        </div>
      </Panel>
      <Panel title={t('directory.keys')} actions={<Button aria-label={t('directory.keys.new.of', directory)} onClick={() => setOpen('key')}>{t('directory.keys.new')}</Button>}>
        {directory.keys.length === 0 ? <p className={`t2 ${css.pad}`}>{t('directory.keys.none')}</p> : <ul>{directory.keys.map((key) => <OneKey key={key.id} of={key} onEnd={() => setOpen(key)} />)}</ul>}
      </Panel>
      <GroupsPanel directory={directory} />
      <ArrivalsPanel directory={directory} />
      {open === 'change' && <ChangeDirectory directory={directory} onClose={close} />}
      {open === 'turn' && <TurnDialog directory={directory} onClose={close} />}
      {open === 'key' && <MakeKey directory={directory} onClose={close} onMade={(key) => { close(); setMade(key); }} />}
      {open !== null && typeof open === 'object' && <EndKey directory={directory} of={open} onClose={close} />}
      {made && <KeySecret made={made} onClose={() => setMade(null)} />}
    </div>
  );
}

const Facts = ({ directory: { people, adopts, provider, subjectFrom, lastAt, madeBy, madeAt } }: { directory: Directory }) => (
  <dl className="facts">
    <dt>{t('directory.people')}</dt><dd>{t('directory.people.n', { n: people })}, {t(adopts ? 'directory.people.adopts' : 'directory.people.no-adopts')}</dd>
    <dt>{t('directory.provider')}</dt><dd>{provider === null || subjectFrom === 'none' ? t('directory.linked.none') : t('directory.linked', { by: t(`directory.subject.${subjectFrom}`), name: provider })}</dd>
    <dt>{t('directory.last')}</dt><dd>{lastAt === null ? t('directory.last.never') : <TwoTimes at={lastAt} />}</dd>
    <dt>{t('directory.made-by', { name: madeBy })}</dt><dd><TwoTimes at={madeAt} /></dd>
  </dl>
);

const isUsed = ({ lastSeenAt, createdAt }: Key): boolean => Date.parse(lastSeenAt) - Date.parse(createdAt) > 1000;

const OneKey = ({ of: key, onEnd }: { of: Key; onEnd: () => void }) => (
  <li className={css.line}>
    <div className={css.what}>
      <b className="strong">{key.name}</b>
      <span className="t2">{t('directory.keys.made')} <TwoTimes at={key.createdAt} />, {isUsed(key) ? <>{t('directory.keys.used')} <TwoTimes at={key.lastSeenAt} /></> : t('directory.keys.unused')}{key.until !== null && <>, {t('directory.keys.ends')} <TwoTimes at={key.until} /></>}</span>
    </div>
    <Button aria-label={t('directory.keys.end.of', key)} onClick={onEnd}>{t('directory.keys.end')}</Button>
  </li>
);

function EndKey({ directory, of: key, onClose }: { directory: Directory; of: Key; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('directory', endDirectoryKey);
  const end = async (): Promise<void> => {
    await send({ id: directory.id, rowId: key.id });
    announce(t('directory.keys.ended', key));
    onClose();
  };
  return (
    <Dialog title={t('directory.keys.end.of', key)} onClose={onClose} actions={<><Button look="danger" isBusy={isBusy} onClick={() => void end().catch(() => undefined)}>{t('directory.keys.end')}</Button><Button onClick={onClose} data-autofocus>{t('directory.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('directory.keys.end.what')}</p>
    </Dialog>
  );
}

function TurnDialog({ directory, onClose }: { directory: Directory; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('directory', changeDirectory);
  const turn = directory.isOn ? 'off' : 'on';
  const submit = async (): Promise<void> => {
    await send({ id: directory.id, isOn: !directory.isOn });
    announce(t('directory.saved', directory));
    onClose();
  };
  return (
    <Dialog title={t(`directory.turn.${turn}.of`, directory)} onClose={onClose} actions={<><Button look={directory.isOn ? 'danger' : 'filled'} isBusy={isBusy} onClick={() => void submit().catch(() => undefined)}>{t(`directory.turn.${turn}`)}</Button><Button onClick={onClose} data-autofocus>{t('directory.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t(`directory.turn.${turn}.what`)}</p>
    </Dialog>
  );
}
