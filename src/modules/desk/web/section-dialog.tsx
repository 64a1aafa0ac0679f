import { useState } from 'react';
import { listFigures } from '#modules/metrics/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { changePack, type Pack, type Section } from '../pack-contract.ts';
import css from './desk.module.css';
import { t } from './messages.en.ts';

const KINDS = ['text', 'figures', 'incidents', 'actions'] as const;
type Kind = (typeof KINDS)[number];

/** What a pack is made of, in order: added, changed, moved up, taken out. */
export function SectionsPanel({ pack }: { pack: Pack }) {
  const changing = useSend('desk', changePack);
  const mayWrite = useMay('desk:write');
  const [open, setOpen] = useState<number | 'new' | null>(null);
  const put = (sections: Section[]): void => void changing.send({ id: pack.id, sections }, { ifMatch: pack.version }).then(() => { announce(t('desk.pack.saved')); setOpen(null); }, () => undefined);
  const without = (i: number): Section[] => pack.sections.filter((_, at) => at !== i);
  const up = (i: number): Section[] => pack.sections.map((one, at) => (at === i - 1 ? (pack.sections[i] ?? one) : at === i ? (pack.sections[i - 1] ?? one) : one));
  return (
    <Panel title={t('desk.pack.sections')} note={pack.state === 'frozen' ? t('desk.pack.sections.thaw') : undefined} actions={mayWrite && <Button onClick={() => setOpen('new')}>{t('desk.pack.section.add')}</Button>}>
      {changing.problem && open === null && <p className={css.late} role="alert">{changing.problem.detail}</p>}
      {pack.sections.length === 0 ? <Empty>{t('desk.pack.sections.none')}</Empty> : (
        <ol className={css.rows}>
          {pack.sections.map((section, i) => (
            <li key={`${section.kind} ${section.title} ${String(i)}`}>
              <div className={css.words}><b className="strong">{section.title}</b><p className="t2">{t(`desk.pack.section.${section.kind}`)}{section.kind === 'figures' && ` (${section.keys.length})`}</p></div>
              {mayWrite && <>
                {i > 0 && <Button onClick={() => put(up(i))}>{t('desk.pack.section.up')}<span className="unseen"> {section.title}</span></Button>}
                <Button onClick={() => setOpen(i)}>{t('desk.pack.section.change')}<span className="unseen"> {section.title}</span></Button>
                <Button onClick={() => put(without(i))}>{t('desk.pack.section.remove')}<span className="unseen"> {section.title}</span></Button>
              </>}
            </li>
          ))}
        </ol>
      )}
      {open !== null && <SectionDialog given={open === 'new' ? null : (pack.sections[open] ?? null)} detail={changing.problem?.detail} isBusy={changing.isBusy} onClose={() => { changing.forget(); setOpen(null); }} onSection={(section) => put(open === 'new' ? [...pack.sections, section] : pack.sections.map((one, at) => (at === open ? section : one)))} />}
    </Panel>
  );
}

type DialogProps = { given: Section | null; detail: string | undefined; isBusy: boolean; onClose: () => void; onSection: (section: Section) => void };

function SectionDialog({ given, detail, isBusy, onClose, onSection }: DialogProps) {
  const [kind, setKind] = useState<Kind>(given?.kind ?? 'text');
  const [title, setTitle] = useState(given?.title ?? '');
  const [text, setText] = useState(given?.kind === 'text' ? given.text : '');
  const [keys, setKeys] = useState<readonly string[]>(given?.kind === 'figures' ? given.keys : []);
  const [least, setLeast] = useState(given?.kind === 'incidents' ? String(given.least) : '3');
  const [isTried, setTried] = useState(false);
  const figures = useRead('metrics', listFigures, { days: 28 }, { isOn: kind === 'figures' });
  const isWhole = title.trim() !== '' && (kind !== 'text' || text.trim() !== '') && (kind !== 'figures' || keys.length > 0);
  const submit = (): void => {
    setTried(true);
    if (isWhole) onSection(sectionOf(kind, title.trim(), { text: text.trim(), keys, least: Number(least) }));
  };
  return (
    <Dialog title={t(given === null ? 'desk.pack.section.add' : 'desk.pack.section.change')} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('desk.pack.save')}</Button><Button onClick={onClose}>{t('desk.packs.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={detail} />
      <SelectField label={t('desk.pack.section.kind')} value={kind} onValue={(next) => setKind(next as Kind)} choices={KINDS.map((value) => ({ value, title: t(`desk.pack.section.${value}`) }))} />
      <TextField label={t('desk.packs.title')} value={title} onValue={setTitle} error={isTried && title.trim() === '' ? t('desk.packs.title.missing') : undefined} />
      {kind === 'text' && <TextArea label={t('desk.pack.text')} rows={8} value={text} onValue={setText} error={isTried && text.trim() === '' ? t('desk.pack.text.missing') : undefined} />}
      {kind === 'incidents' && <SelectField label={t('desk.pack.least')} value={least} onValue={setLeast} choices={[1, 2, 3, 4, 5].map((value) => ({ value: String(value), title: t('desk.changed.severity', { n: value }) }))} />}
      {kind === 'figures' && (
        <fieldset>
          <legend>{t('desk.pack.figures')}</legend>
          {(figures.data?.items ?? []).map(({ metric }) => (
            <label key={metric.key} className={css.choice}><input type="checkbox" checked={keys.includes(metric.key)} onChange={(event) => setKeys(event.target.checked ? [...keys, metric.key] : keys.filter((key) => key !== metric.key))} /> {metric.name}</label>
          ))}
          {isTried && keys.length === 0 && <p className={css.late}>{t('desk.pack.figures.missing')}</p>}
        </fieldset>
      )}
    </Dialog>
  );
}

function sectionOf(kind: Kind, title: string, { text, keys, least }: { text: string; keys: readonly string[]; least: number }): Section {
  switch (kind) {
    case 'text': return { kind, title, text };
    case 'figures': return { kind, title, keys: [...keys] };
    case 'incidents': return { kind, title, least };
    case 'actions': return { kind, title };
  }
}
