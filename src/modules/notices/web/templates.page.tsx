import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { listTemplates, readSettings, type Settings, setSettings, setTemplate, type Template } from '../contract.ts';
import { type Question, QUESTIONS } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';

const EMPTY: Template = { key: '', title: '', texts: { en: { short: '', long: '' }, de: null }, question: 'none', isLifeSafety: false, version: 0 };

/** Words that are ready before they are needed, and from how many people on two decide. */
export default function TemplatesPage() {
  const templates = useRead('notices', listTemplates, {});
  const settings = useRead('notices', readSettings, {});
  const [changing, setChanging] = useState<Template | null>(null);
  useWhere({ title: t('notices.templates') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('notices.templates')}</h1>
      <p className="t2">{t('notices.templates.why')}</p>
      <Panel title={t('notices.templates')} actions={<Button onClick={() => setChanging(EMPTY)}>{t('notices.template.add')}</Button>}>
        <div className={css.pad}><Asked reading={templates}>{({ items }) => (
          <ul className={css.list}>{items.map((one) => <li key={one.key}><span className={css.words}><b className="strong">{one.title}</b> <span className="t2">{one.texts.en.short}</span></span>{one.isLifeSafety && <Tag look="line">{t('notices.life-safety')}</Tag>}<Button aria-label={`${t('notices.template.change')}: ${one.title}`} onClick={() => setChanging(one)}>{t('notices.template.change')}</Button></li>)}</ul>
        )}</Asked></div>
      </Panel>
      <Asked reading={settings}>{(given) => <SettingsForm key={given.version} given={given} />}</Asked>
      {changing && <TemplateDialog given={changing} onClose={() => setChanging(null)} />}
    </div>
  );
}

function TemplateDialog({ given, onClose }: { given: Template; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('notices', setTemplate);
  const [draft, setDraft] = useState({ key: given.key, title: given.title, short: given.texts.en.short, long: given.texts.en.long, shortDe: given.texts.de?.short ?? '', longDe: given.texts.de?.long ?? '', question: given.question, isLifeSafety: given.isLifeSafety });
  const set = (change: Partial<typeof draft>): void => setDraft((before) => ({ ...before, ...change }));
  const submit = async (): Promise<void> => {
    const { key, title, short, long, shortDe, longDe, question, isLifeSafety } = draft;
    await send({ key: key.trim(), title, question, isLifeSafety, texts: { en: { short, long }, de: shortDe.trim() === '' ? null : { short: shortDe, long: longDe } } }, given.version > 0 ? { ifMatch: given.version } : {});
    announce(t('notices.template.saved'));
    onClose();
  };
  return (
    <Dialog title={given.title || t('notices.template.add')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('notices.save')}</Button><Button onClick={onClose}>{t('notices.cancel')}</Button></>}>
      <FaultSummary faults={problem?.errors ?? []} detail={problem?.detail} />
      {given.version === 0 && <TextField label={t('notices.template.key')} help={t('notices.template.key.help')} value={draft.key} onValue={(key) => set({ key })} error={problem?.of('/key')} />}
      <TextField label={t('notices.field.title')} value={draft.title} onValue={(title) => set({ title })} error={problem?.of('/title')} />
      <TextArea label={t('notices.field.short')} rows={2} value={draft.short} onValue={(short) => set({ short })} error={problem?.of('/texts/en/short')} />
      <TextArea label={t('notices.field.long')} isOptional rows={3} value={draft.long} onValue={(long) => set({ long })} />
      <TextArea label={t('notices.field.short.de')} isOptional rows={2} value={draft.shortDe} onValue={(shortDe) => set({ shortDe })} />
      <TextArea label={t('notices.field.long.de')} isOptional rows={3} value={draft.longDe} onValue={(longDe) => set({ longDe })} />
      <SelectField label={t('notices.field.question')} value={draft.question} onValue={(question) => set({ question: question as Question })} choices={QUESTIONS.map((value) => ({ value, title: t(`notices.question.${value}`) }))} />
      <CheckField label={t('notices.template.life')} isOn={draft.isLifeSafety} onValue={(isLifeSafety) => set({ isLifeSafety })} />
    </Dialog>
  );
}

function SettingsForm({ given }: { given: Settings }) {
  const { send, isBusy, problem } = useSend('notices', setSettings);
  const [over, setOver] = useState(String(given.approveOver));
  const [hours, setHours] = useState(String(given.answerHours));
  const submit = async (): Promise<void> => {
    await send({ approveOver: Number(over), answerHours: Number(hours) }, { ifMatch: given.version });
    announce(t('notices.settings.saved'));
  };
  return (
    <Panel title={t('notices.settings')}>
      <Form className={css.pad} onSubmit={() => void submit().catch(() => undefined)} aria-label={t('notices.settings')}>
        <FaultSummary faults={[]} detail={problem?.detail} />
        <div className={css.half}><NumberField label={t('notices.settings.over')} value={over} onValue={setOver} error={problem?.of('/approveOver')} /><NumberField label={t('notices.settings.hours')} value={hours} onValue={setHours} error={problem?.of('/answerHours')} /></div>
        <div><Button type="submit" isBusy={isBusy}>{t('notices.save')}</Button></div>
      </Form>
    </Panel>
  );
}
