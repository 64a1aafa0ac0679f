import { useState } from 'react';
import { type Cutoff, listCutoffs } from '#modules/metrics/contract.ts';
import { cutoffWords } from '#modules/metrics/web/public.tsx';
import { useSites } from '#modules/signals/web/public.tsx';
import { Link, useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Asked, CutStrip, Empty } from '#ui/states.tsx';
import { dateWords } from '#ui/times.ts';
import { beginPack, listPacks, type PackHead } from '../pack-contract.ts';
import css from './desk.module.css';
import { t } from './messages.en.ts';

/** Briefings and board packs, the newest first. */
export default function PacksPage() {
  useWhere({ title: t('desk.packs') });
  const reading = useRead('desk', listPacks, {});
  const [isBeginning, setBeginning] = useState(false);
  const cutoffs = useRead('metrics', listCutoffs, {}, { isOn: isBeginning });
  return (
    <ListPage title={t('desk.packs')} filters={useMay('desk:write') ? <Button look="filled" onClick={() => setBeginning(true)}>{t('desk.packs.new')}</Button> : <p className="t2">{t('desk.packs.issued-only')}</p>}>
      <CutStrip />
      <Asked reading={reading}>{({ items }) => (items.length === 0 ? <Empty>{t('desk.packs.none')}</Empty> : <div className={css.page}><List items={items} /></div>)}</Asked>
      {isBeginning && <Asked reading={cutoffs}>{({ items }) => <BeginDialog items={items} onClose={() => setBeginning(false)} />}</Asked>}
    </ListPage>
  );
}

const List = ({ items }: { items: readonly PackHead[] }) => (
  <section className="panel" aria-label={t('desk.packs')}>
    <table className={css.table}>
      <thead><tr><th scope="col">{t('desk.packs.title')}</th><th scope="col">{t('desk.packs.state')}</th><th scope="col" className={css.spare}>{t('desk.posture.site')}</th><th scope="col" className={css.spare}>{t('desk.packs.made')}</th></tr></thead>
      <tbody>
        {items.map((pack) => (
          <tr key={pack.id}>
            <th scope="row"><span className="mono t2">{pack.number}</span> <Link to={`/desk/packs/${pack.id}`}>{pack.title}</Link></th>
            <td>{t(`desk.pack.state.${pack.state}`)}</td>
            <td className={css.spare}>{pack.siteId === null ? t('desk.pack.organisation') : (pack.site ?? '')}</td>
            <td className={`t2 ${css.spare}`}>{pack.madeBy}, {dateWords(pack.madeAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

function BeginDialog({ items, onClose }: { items: readonly Cutoff[]; onClose: () => void }) {
  const sending = useSend('desk', beginPack);
  const go = useGo();
  const places = [...useSites()].map(([value, { name }]) => ({ value, title: name })).sort((a, b) => a.title.localeCompare(b.title));
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState<'board' | 'briefing'>('board');
  const [chosen, setCutoff] = useState('');
  const [siteId, setSite] = useState('');
  const [isTried, setTried] = useState(false);
  const cutoffId = chosen || (items[0]?.id ?? '');
  const { problem } = sending;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (title.trim() === '' || cutoffId === '') return;
    const pack = await sending.send({ title: title.trim(), kind, cutoffId, siteId: siteId || null });
    go(`/desk/packs/${pack.id}`);
  };
  return (
    <Dialog title={t('desk.packs.new')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('desk.packs.begin')}</Button><Button onClick={onClose}>{t('desk.packs.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('desk.packs.title')} value={title} onValue={setTitle} error={problem?.of('/title') ?? (isTried && title.trim() === '' ? t('desk.packs.title.missing') : undefined)} />
      <SelectField label={t('desk.packs.kind')} value={kind} onValue={(next) => setKind(next as typeof kind)} choices={(['board', 'briefing'] as const).map((value) => ({ value, title: t(`desk.pack.kind.${value}`) }))} />
      {items.length === 0 ? <p className="t2">{t('desk.packs.no-cutoff')}</p> : <SelectField label={t('desk.packs.cutoff')} value={cutoffId} onValue={setCutoff} choices={items.map((one) => ({ value: one.id, title: cutoffWords(one) }))} error={problem?.of('/cutoffId')} />}
      <SelectField label={t('desk.packs.site')} value={siteId} onValue={setSite} choices={[{ value: '', title: t('desk.pack.organisation') }, ...places]} error={problem?.of('/siteId')} />
    </Dialog>
  );
}
