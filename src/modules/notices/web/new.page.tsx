import { useState } from 'react';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { RolePicker } from './role-picker.tsx';
import { useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { CheckField, FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import type { Option } from '#ui/picker.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { readSite } from '#modules/sites/contract.ts';
import { listRooms, listTemplates, previewNotice, type Preview, sendNotice, type Template } from '../contract.ts';
import { CHANNELS, type Channel, type Question, QUESTIONS } from '../rules.ts';
import { emptyDraft, type Draft, inputOf } from './draft.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';
import { PreviewPart } from './preview-part.tsx';

const VIEW = viewOf({ incident: text(), site: text() });

/** A new notification: written, looked at, and only then sent. */
export default function NewNotificationPage() {
  const [{ incident, site }] = useView(VIEW);
  const templates = useRead('notices', listTemplates, {});
  const given = useRead('sites', readSite, { id: site ?? '' }, { isOn: site !== undefined });
  useWhere({ title: t('notices.new') });
  if (site !== undefined && given.state === 'waiting') return null;
  const place = given.data ? { value: given.data.id, title: given.data.name } : null;
  return <div className={css.page}><h1 className="title">{t('notices.new')}</h1><Asked reading={templates}>{({ items }) => <Writing templates={items} draft={emptyDraft(place)} incidentId={incident} />}</Asked></div>;
}

function Writing({ templates, draft: begun, incidentId }: { templates: readonly Template[]; draft: Draft; incidentId: string | undefined }) {
  const [draft, setDraft] = useState(begun);
  const [isTried, setTried] = useState(false);
  const [preview, setPreview] = useState<Preview | null>(null);
  const looking = useSend('notices', previewNotice);
  const sending = useSend('notices', sendNotice);
  const go = useGo();
  const maySend = useMay('notices:send');
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
  const input = inputOf(draft, incidentId);
  const look = async (): Promise<void> => {
    setTried(true);
    if (draft.title.trim() === '' || draft.short.trim() === '') return;
    setPreview(await looking.send(input));
  };
  const send = async (): Promise<void> => {
    const sent = await sending.send({ ...input, id: draft.id });
    announce(t('notices.sent', { number: sent.number }));
    go(`/notifications/sent/${sent.id}`);
  };
  if (preview) return <PreviewPart preview={preview} isBusy={sending.isBusy} detail={sending.problem?.detail} onBack={() => { sending.forget(); setPreview(null); }} onSend={maySend ? () => void send().catch(() => undefined) : null} />;
  const { problem } = looking;
  return (
    <Form className={css.form} onSubmit={() => void look().catch(() => undefined)} aria-label={t('notices.new')}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <Words draft={draft} set={set} templates={templates} isTried={isTried} faultOf={(pointer) => problem?.of(pointer)} />
      <To draft={draft} set={set} fault={problem?.of('/audience')} />
      <By draft={draft} set={set} fault={problem?.of('/roomIds') ?? problem?.of('/channels')} />
      <TextField label={t('notices.field.quiet')} help={t('notices.field.quiet.help')} isOptional value={draft.overQuietWhy} onValue={(overQuietWhy) => set({ overQuietWhy })} />
      <div><Button type="submit" look="filled" size="large" isBusy={looking.isBusy}>{t('notices.look')}</Button></div>
    </Form>
  );
}

type PartProps = { draft: Draft; set: (change: Partial<Draft>) => void; fault?: string | undefined };

function Words({ draft, set, templates, isTried, faultOf }: PartProps & { templates: readonly Template[]; isTried: boolean; faultOf: (pointer: string) => string | undefined }) {
  const chosen = templates.find(({ key }) => key === draft.templateKey);
  const choose = (key: string): void => {
    const one = templates.find((each) => each.key === key);
    set(one ? { templateKey: key, title: one.title, short: one.texts.en.short, long: one.texts.en.long, shortDe: one.texts.de?.short ?? '', longDe: one.texts.de?.long ?? '', question: one.question, isDanger: false } : { templateKey: '', isDanger: false });
  };
  return (
    <Panel title={t('notices.text')}>
      <div className={css.pad}>
        <SelectField label={t('notices.template')} value={draft.templateKey} onValue={choose} choices={[{ value: '', title: t('notices.template.none') }, ...templates.map(({ key, title }) => ({ value: key, title }))]} />
        {chosen?.isLifeSafety && <CheckField label={t('notices.field.danger')} isOn={draft.isDanger} onValue={(isDanger) => set({ isDanger })} />}
        {faultOf('/isDanger') && <p role="alert">{faultOf('/isDanger')}</p>}
        <TextField label={t('notices.field.title')} help={t('notices.field.title.help')} value={draft.title} onValue={(title) => set({ title })} error={isTried && draft.title.trim() === '' ? t('notices.field.title.missing') : undefined} />
        <TextArea label={t('notices.field.short')} help={t('notices.field.short.help')} rows={2} value={draft.short} onValue={(short) => set({ short })} error={isTried && draft.short.trim() === '' ? t('notices.field.short.missing') : undefined} />
        <TextArea label={t('notices.field.long')} isOptional rows={3} value={draft.long} onValue={(long) => set({ long })} />
        <TextArea label={t('notices.field.short.de')} help={t('notices.field.german.help')} isOptional rows={2} value={draft.shortDe} onValue={(shortDe) => set({ shortDe })} />
        {draft.shortDe.trim() !== '' && <TextArea label={t('notices.field.long.de')} isOptional rows={3} value={draft.longDe} onValue={(longDe) => set({ longDe })} />}
        <SelectField label={t('notices.field.question')} value={draft.question} onValue={(question) => set({ question: question as Question })} choices={QUESTIONS.map((value) => ({ value, title: t(`notices.question.${value}`) }))} />
      </div>
    </Panel>
  );
}

function To({ draft, set, fault }: PartProps) {
  const add = (person: Option | null): void => {
    if (person && !draft.people.some(({ value }) => value === person.value)) set({ people: [...draft.people, person] });
  };
  return (
    <Panel title={t('notices.people')}>
      <div className={css.pad}>
        {fault && <p role="alert">{fault}</p>}
        <SitePicker label={t('notices.field.site')} help={t('notices.field.site.help')} isOptional value={draft.site} onValue={(site) => set({ site })} />
        <CheckField label={t('notices.field.everyone')} isOn={draft.everyone} onValue={(everyone) => set({ everyone })} />
        {draft.everyone && <p className="t2 small">{t('notices.field.everyone.help')}</p>}
        <RolePicker value={draft.role} onValue={(role) => set({ role })} />
        <PersonPicker key={draft.people.length} label={t('notices.field.person')} isOptional value={null} onValue={add} />
        {draft.people.length > 0 && <ul className={css.list}>{draft.people.map((person) => <li key={person.value}><span className={css.words}>{person.title}</span><Button onClick={() => set({ people: draft.people.filter(({ value }) => value !== person.value) })}>{t('notices.field.remove', { name: person.title })}</Button></li>)}</ul>}
      </div>
    </Panel>
  );
}

function By({ draft, set, fault }: PartProps) {
  const rooms = useRead('notices', listRooms, {});
  const all = rooms.data?.items ?? [];
  const chats = all.filter(({ kind }) => kind !== 'sms');
  const isThere = (channel: Channel): boolean => (channel === 'sms' ? all.length > chats.length : channel !== 'room' || chats.length > 0);
  const flip = <T,>(list: readonly T[], one: T, isOn: boolean): T[] => (isOn ? [...list, one] : list.filter((each) => each !== one));
  return (
    <Panel title={t('notices.field.channels')}>
      <div className={css.pad}>
        {fault && <p role="alert">{fault}</p>}
        {CHANNELS.map((channel) => <CheckField key={channel} label={isThere(channel) ? t(`notices.channel.${channel}`) : `${t(`notices.channel.${channel}`)} (${t('notices.preview.not-ready')})`} isDisabled={!isThere(channel)} isOn={draft.channels.includes(channel)} onValue={(isOn) => set({ channels: CHANNELS.filter((one) => flip(draft.channels, channel, isOn).includes(one)) })} />)}
        {draft.channels.includes('room') && chats.map(({ id, name }) => <CheckField key={id} label={name} isOn={draft.roomIds.includes(id)} onValue={(isOn) => set({ roomIds: flip(draft.roomIds, id, isOn) })} />)}
        <SelectField label={t('notices.field.pace')} value={draft.pace} onValue={(pace) => set({ pace: pace === 'in-turn' ? 'in-turn' : 'together' })} choices={(['together', 'in-turn'] as const).map((value) => ({ value, title: t(`notices.field.pace.${value}`) }))} />
        {draft.pace === 'in-turn' && <TextField label={t('notices.field.turn')} inputMode="numeric" value={draft.turnS} onValue={(turnS) => set({ turnS })} />}
      </div>
    </Panel>
  );
}
