import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { useFocusBack } from '#ui/focus-back.ts';
import { ChoiceGroup, FaultSummary, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import { BREACH_CLOCKS } from '../breach-rules.ts';
import { changeFacts, ClockDecision, type Incident } from '../contract.ts';
import css from './incidents.module.css';
import { FormFoot } from './involved-tab.tsx';
import { t } from './messages.en.ts';

type Clock = Incident['clocks'][number];

/** The duties to notify that ship for its type, with the time that each leaves; defaults that counsel confirms. */
export function DutiesTab({ incident, mayWrite }: { incident: Incident; mayWrite: boolean }) {
  const [deciding, setDeciding] = useState<string | null>(null);
  useFocusBack(deciding === null ? null : `decide-${deciding}`);
  return (
    <Panel title={t('incidents.duties')} note={t('incidents.duties.counsel')}>
      {incident.clocks.length === 0 && <Empty>{incident.type === null ? t('incidents.duties.unclassified') : t('incidents.duties.empty')}</Empty>}
      <ul className={css.items}>
        {incident.clocks.map((clock) => (
          <li key={clock.key} className={css.duty} id={`field-clock.${clock.key}`}>
            <div className={css.item}>
              <div className={css.itemWords}>
                <div><b>{clock.title}</b> {clock.confidence !== 'high' && <Tag look="line">{t(`incidents.confidence.${clock.confidence === 'low' ? 'low' : 'medium'}`)}</Tag>}</div>
                <div className="t2 small">{clock.appliesWhen}</div>
                <div className="small"><Due clock={clock} zone={incident.timeZone} /></div>
                {clock.decision && <div className="small"><b>{t(`incidents.decision.${clock.decision}`)}</b> {clock.note}</div>}
              </div>
              {mayWrite && deciding !== clock.key && <Button id={`decide-${clock.key}`} look={clock.decision ? 'quiet' : 'plain'} onClick={() => setDeciding(clock.key)}>{clock.decision ? t('incidents.duty.again') : t('incidents.duty.decide')}<span className="unseen"> {clock.title}</span></Button>}
            </div>
            {deciding === clock.key && <DecisionForm incident={incident} clock={clock} onDone={() => setDeciding((open) => (open === clock.key ? null : open))} />}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Due({ clock, zone }: { clock: Clock; zone: string | null }) {
  const now = useNow();
  if (clock.startedAt === null) return <span className="t2">{t('incidents.duty.not-started', { what: startWords(clock.startsAt) })}</span>;
  if (clock.dueAt === null) return <span className="t2">{t('incidents.duty.no-time', { how: clock.allowance.replaceAll('-', ' ') })}</span>;
  const leftMs = Date.parse(clock.dueAt) - now.getTime();
  return (
    <span>
      {t('incidents.duty.due')} <TwoTimes at={clock.dueAt} siteZone={zone ?? undefined} />
      {clock.decision === null && <> · <span className={leftMs < 0 ? css.late : undefined}>{leftMs < 0 ? t('incidents.duty.over', { time: ageWords(-leftMs) }) : t('incidents.duty.left', { time: ageWords(leftMs) })}</span></>}
    </span>
  );
}

const STARTS = ['awareAt', 'knownAt', 'notified', 'classifiedAt', 'materialityDecidedAt', 'requestedAt', 'determinedAt', 'occurredFrom'] as const;
const startWords = (startsAt: string): string => {
  const known = STARTS.find((one) => one === startsAt);
  return known ? t(`incidents.starts.${known}`) : startsAt;
};

function DecisionForm({ incident, clock, onDone }: { incident: Incident; clock: Clock; onDone: () => void }) {
  const saving = useSend('incidents', changeFacts);
  const [decision, setDecision] = useState<string>(clock.decision ?? '');
  const [note, setNote] = useState(clock.note ?? '');
  const [isChecked, setChecked] = useState(false);
  const lacksNote = note.trim().length < 3;
  const save = async (): Promise<void> => {
    setChecked(true);
    if (decision === '' || lacksNote) return;
    await saving.send({ id: incident.id, fields: { [`clock.${clock.key}`]: { decision, note: note.trim() } } }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void save()}>
      {saving.problem && <FaultSummary faults={saving.problem.errors} detail={saving.problem.detail} />}
      <ChoiceGroup label={t('incidents.decision')} value={decision} onValue={setDecision} choices={ClockDecision.options.filter((one) => one === 'handed-over' || !BREACH_CLOCKS.includes(clock.key)).map((one) => ({ value: one, title: t(`incidents.decision.${one}`) }))} error={isChecked && decision === '' ? t('incidents.decision.missing') : undefined} />
      <TextField label={t('incidents.decision.note')} help={t('incidents.decision.note.help')} value={note} onValue={setNote} maxLength={500} error={isChecked && lacksNote ? t('incidents.decision.note.missing') : undefined} />
      <FormFoot words={t('incidents.save')} isBusy={saving.isBusy} onDone={onDone} />
    </Form>
  );
}
