import { useState } from 'react';
import { ChannelsPanels } from '#platform/deliver/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { CheckField, FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { type Preferences, readPreferences, setPreferences, tellMyself } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './notify.module.css';

const CHANNELS = ['mail', 'push', 'webhook'] as const;
const LANGUAGES = [{ value: 'en', title: 'English' }, { value: 'de', title: 'Deutsch' }];
type Wishes = Readonly<Record<string, readonly (typeof CHANNELS)[number][]>>;

export default function SettingsPage() {
  const reading = useRead('notify', readPreferences, {});
  const testing = useSend('notify', tellMyself);
  useWhere({ title: t('notify.how') });
  const test = async (): Promise<void> => {
    await testing.send({});
    announce(t('notify.tested'));
  };
  return (
    <div className={css.page}>
      <div className={css.top}>
        <h1 className="title">{t('notify.how')}</h1>
        <span className="space" />
        <Button isBusy={testing.isBusy} onClick={() => void test().catch((problem: Error) => announce(problem.message))}>{t('notify.test')}</Button>
      </div>
      <Asked reading={reading}>{(preferences) => <Form key={JSON.stringify(preferences)} preferences={preferences} />}</Asked>
      <ChannelsPanels />
    </div>
  );
}

const clockOf = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const minuteOf = (clock: string): number | null => {
  const [, hour, minute] = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/.exec(clock.trim()) ?? [];
  return hour === undefined ? null : Number(hour) * 60 + Number(minute);
};

function Form({ preferences }: { preferences: Preferences }) {
  const { send, isBusy, problem } = useSend('notify', setPreferences);
  const [wishes, setWishes] = useState<Wishes>(() => Object.fromEntries(preferences.classes.map((one) => [one.class, one.channels])));
  const [touched, setTouched] = useState<ReadonlySet<string>>(() => new Set(preferences.classes.filter((one) => one.isOwn).map((one) => one.class)));
  const [isQuiet, setQuiet] = useState(preferences.quiet !== null);
  const [from, setFrom] = useState(clockOf(preferences.quiet?.fromMinute ?? 22 * 60));
  const [to, setTo] = useState(clockOf(preferences.quiet?.toMinute ?? 7 * 60));
  const [zone, setZone] = useState(preferences.quiet?.zone ?? readersZone());
  const [language, setLanguage] = useState(preferences.language);
  const [isTried, setTried] = useState(false);
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)];
  const turn = (key: string, channel: (typeof CHANNELS)[number], isOn: boolean): void => {
    setTouched(new Set([...touched, key]));
    setWishes({ ...wishes, [key]: CHANNELS.filter((one) => (one === channel ? isOn : (wishes[key] ?? []).includes(one))) });
  };
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isQuiet && (fromMinute === null || toMinute === null)) return;
    const quiet = isQuiet && fromMinute !== null && toMinute !== null ? { zone: zone.trim(), fromMinute, toMinute } : null;
    await send({ quiet, language, classes: [...touched].map((key) => ({ class: key, channels: [...(wishes[key] ?? [])] })) });
    announce(t('notify.saved'));
  };
  const fault = (minute: number | null): string | undefined => (isTried && minute === null ? t('notify.quiet.time') : undefined);
  return (
    <form className={css.form} noValidate onSubmit={(event) => { event.preventDefault(); void submit().catch(() => undefined); }}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <Panel title={t('notify.classes')}>
        <p className={`t2 ${css.pad}`}>{t('notify.classes.why')}</p>
        <table className={css.grid}>
          <thead><tr><th scope="col">{t('notify.class')}</th>{CHANNELS.map((channel) => <th key={channel} scope="col">{t(`notify.channel.${channel}`)}</th>)}</tr></thead>
          <tbody>
            {preferences.classes.map((one) => (
              <tr key={one.class}>
                <td>{one.title} {one.urgent && <Tag look="p1">{t('notify.urgent')}</Tag>}</td>
                {CHANNELS.map((channel) => <td key={channel}><input type="checkbox" aria-label={`${one.title}: ${t(`notify.channel.${channel}`)}`} checked={(wishes[one.class] ?? []).includes(channel)} onChange={(event) => turn(one.class, channel, event.target.checked)} /></td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <Panel title={t('notify.quiet')}>
        <div className={css.pad}>
          <CheckField label={t('notify.quiet.on')} isOn={isQuiet} onValue={setQuiet} />
          <p className="t2">{t('notify.quiet.why')}</p>
          {isQuiet && (
            <div className={css.hours}>
              <TextField label={t('notify.quiet.from')} value={from} onValue={setFrom} error={fault(fromMinute) ?? problem?.of('/quiet/fromMinute')} />
              <TextField label={t('notify.quiet.to')} value={to} onValue={setTo} error={fault(toMinute) ?? problem?.of('/quiet/toMinute')} />
              <TextField label={t('notify.quiet.zone')} help={t('notify.quiet.zone.help')} value={zone} onValue={setZone} error={problem?.of('/quiet/zone')} />
            </div>
          )}
          <SelectField label={t('notify.language')} value={language} choices={LANGUAGES} onValue={(tag) => setLanguage(tag as Preferences['language'])} />
          <Button type="submit" look="filled" isBusy={isBusy}>{t('notify.save')}</Button>
        </div>
      </Panel>
    </form>
  );
}
