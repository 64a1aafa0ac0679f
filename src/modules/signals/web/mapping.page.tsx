import { useState } from 'react';
import { useParams } from '@tanstack/react-router';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, AskedRecord, Empty } from '#ui/states.tsx';
import { listMappings, listShippedMappings, type Mapping, saveMapping, type SourceMappings, tryMapping } from '../mapping-contract.ts';
import { BeginWith } from './mapping-begin.tsx';
import { EachAndPlaces, Rows } from './mapping-fields.tsx';
import { TriedSignals } from './mapping-tried.tsx';
import { Versions } from './mapping-versions.tsx';
import css from './mapping.module.css';
import { t } from './messages.en.ts';
import { protocolName } from './protocols.ts';

const EMPTY: Mapping = { each: '', places: { externalId: '', occurredAt: '', device: '', zone: '', severity: '', message: '' }, rows: [] };

/** How the messages of a source are read: a draft, tried over its past signals, saved as a version, put in force. */
export default function MappingPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('signals', listMappings, { id });
  return <AskedRecord title={t('signals.mapping')} reading={reading}>{(of) => <Editor key={of.source.id} of={of} />}</AskedRecord>;
}

function Editor({ of }: { of: SourceMappings }) {
  const { source, versions } = of;
  const begun = versions.find(({ isActive }) => isActive) ?? versions[0];
  const [draft, setDraft] = useState<Mapping>(begun?.mapping ?? EMPTY);
  const [madeFrom, setMadeFrom] = useState<string | null>(null);
  const trying = useSend('signals', tryMapping);
  const [tried, setTried] = useState<Awaited<ReturnType<typeof trying.send>> | null>(null);
  const shipped = useRead('signals', listShippedMappings, {});
  useWhere({ title: t('signals.mapping.of', { name: source.name }) });
  const change = (next: Mapping, from: string | null = madeFrom): void => {
    setDraft(next);
    setMadeFrom(from);
  };
  const tryIt = (): void => void trying.send({ id: source.id, mapping: draft }).then((found) => {
    setTried(found);
    announce(found.faults.length > 0 ? t('signals.mapping.faulty', { n: found.faults.length }) : t('signals.mapping.tried', { n: found.items.length, m: found.different }));
  }, () => undefined);
  const faultAt = (at: string): string | undefined => tried?.faults.find((fault) => fault.at === at)?.reason;
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1 className="title">{t('signals.mapping.of', { name: source.name })}</h1>
        <span className="t2">{protocolName(source.protocol)}</span>
        <span className="space" />
        <LinkButton to={`/watch/sources?source=${source.id}`}>{t('signals.mapping.source')}</LinkButton>
      </header>
      <p className="t2">{t('signals.mapping.why')}</p>
      <Asked reading={shipped}>{({ items }) => <BeginWith shipped={items.filter(({ protocol }) => protocol === source.protocol)} versions={versions} onChoose={change} />}</Asked>
      <div className={css.sides}>
        <div className={css.side}>
          <Panel title={t('signals.mapping.lines')} note={t('signals.mapping.lines.note')}><Rows rows={draft.rows} faultAt={faultAt} onRows={(rows) => change({ ...draft, rows })} /></Panel>
          <Panel title={t('signals.mapping.places')} note={t('signals.mapping.places.note')}><EachAndPlaces draft={draft} faultAt={faultAt} onDraft={change} /></Panel>
        </div>
        <div className={css.side}>
          <Panel title={t('signals.mapping.try')} actions={<Button look="filled" isBusy={trying.isBusy} onClick={tryIt}>{t('signals.mapping.try.do')}</Button>}>
            {trying.problem && <FaultSummary faults={trying.problem.errors} detail={trying.problem.detail} />}
            {tried ? <TriedSignals tried={tried} /> : <Empty>{t('signals.mapping.try.what')}</Empty>}
          </Panel>
          <Save source={source} draft={draft} madeFrom={madeFrom} />
          <Panel title={t('signals.mapping.versions')}><Versions of={of} /></Panel>
        </div>
      </div>
    </div>
  );
}

function Save({ source, draft, madeFrom }: { source: SourceMappings['source']; draft: Mapping; madeFrom: string | null }) {
  const saving = useSend('signals', saveMapping);
  const [note, setNote] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = note.trim().length >= 3 ? undefined : t('signals.mapping.note.missing');
  const save = (): void => {
    setTried(true);
    if (fault) return;
    void saving.send({ id: source.id, mapping: draft, note: note.trim(), madeFrom }).then(({ number }) => {
      setNote('');
      setTried(false);
      announce(t('signals.mapping.saved', { n: number }));
    }, () => undefined);
  };
  return (
    <Panel title={t('signals.mapping.save')}>
      <form className={css.body} onSubmit={(event) => { event.preventDefault(); save(); }}>
        {saving.problem && <FaultSummary faults={saving.problem.errors} detail={saving.problem.detail} />}
        <TextField label={t('signals.mapping.note')} help={t('signals.mapping.note.help')} value={note} onValue={setNote} error={isTried ? fault : undefined} autoComplete="off" />
        <div><Button type="submit" isBusy={saving.isBusy}>{t('signals.mapping.save.do')}</Button></div>
      </form>
    </Panel>
  );
}
