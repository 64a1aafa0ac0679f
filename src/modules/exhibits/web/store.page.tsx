import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import type { Reply } from '#platform/kernel/contract.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { addPlace, auditPlace, listPlaces, type Place } from '../contract.ts';
import css from './exhibits.module.css';
import { t } from './messages.en.ts';

/** Rooms, shelves and safes, how much lies in each as far as I see it, and their audit by scanning labels. */
export default function StorePage() {
  const reading = useRead('exhibits', listPlaces, {});
  const mayAdd = useMay('exhibits:add');
  const [isAdding, setAdding] = useState(false);
  const [audited, setAudited] = useState<Place | null>(null);
  useWhere({ title: t('store') });
  useCommands(mayAdd ? [{ key: 'C', title: t('store.add'), run: () => setAdding(true) }] : []);
  return (
    <>
      <ListPage title={t('store')} actions={mayAdd && <Button look="filled" keyCap="C" onClick={() => setAdding(true)}>{t('store.add')}</Button>}>
        <Asked reading={reading}>{({ items }) => (items.length === 0 ? <Empty>{t('store.empty')}</Empty> : (
          <ul className={css.items} aria-label={t('store')}>
            {items.map((place) => (
              <li key={place.id} className={css.item}>
                <div className={css.words}><span><b className="mono">{place.code}</b> {place.name}</span><span className="t2 small">{t('store.here', { n: place.here })}</span></div>
                {mayAdd && <Button onClick={() => setAudited(place)}>{t('store.audit')}<span className="unseen"> {place.code}</span></Button>}
              </li>
            ))}
          </ul>
        ))}</Asked>
      </ListPage>
      {isAdding && <PlaceDialog onClose={() => setAdding(false)} />}
      {audited && <AuditDialog place={audited} onClose={() => setAudited(null)} />}
    </>
  );
}

function PlaceDialog({ onClose }: { onClose: () => void }) {
  const sending = useSend('exhibits', addPlace);
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (code.trim() !== '' && name.trim() !== '') void sending.send({ code: code.trim().toUpperCase(), name: name.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('store.add')} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('exhibits.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('store.add')}</Button></>}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <TextField label={t('store.code')} help={t('store.code.help')} value={code} onValue={setCode} maxLength={20} autoComplete="off" error={problem?.of('/code') ?? (isTried && code.trim() === '' ? t('exhibits.say') : undefined)} />
        <TextField label={t('store.name')} value={name} onValue={setName} maxLength={120} autoComplete="off" error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('exhibits.say') : undefined)} />
      </div>
    </Dialog>
  );
}

const PARTS = ['missing', 'misplaced', 'unknown', 'found'] as const;

function AuditDialog({ place, onClose }: { place: Place; onClose: () => void }) {
  const sending = useSend('exhibits', auditPlace);
  const [typed, setTyped] = useState('');
  const [answer, setAnswer] = useState<Reply<typeof auditPlace> | null>(null);
  const scanned = typed.split(/\s+/).filter((one) => one !== '');
  const submit = (): void => {
    if (answer) onClose();
    else void sending.send({ id: place.id, scanned }).then(setAnswer, () => undefined);
  };
  return (
    <Dialog size="wide" title={t('store.audit.of', { code: place.code })} onClose={onClose} onSubmit={submit} actions={answer ? <Button type="submit" look="filled">{t('exhibits.done')}</Button> : <><Button onClick={onClose}>{t('exhibits.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('store.compare', { n: scanned.length })}</Button></>}>
      <div className={css.form}>
        {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
        {answer ? (
          <dl className="facts" aria-live="polite">
            {PARTS.map((part) => [<dt key={`${part}-name`} className={part !== 'found' && answer[part].length > 0 ? css.late : undefined}>{t(`store.${part}`, { n: answer[part].length })}</dt>, <dd key={part} className="mono">{answer[part].join(', ') || '–'}</dd>])}
          </dl>
        ) : <><p className="t2">{t('store.audit.said')}</p><TextArea label={t('store.scanned')} rows={8} value={typed} onValue={setTyped} autoComplete="off" /></>}
      </div>
    </Dialog>
  );
}
