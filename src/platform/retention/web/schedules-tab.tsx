import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { NumberField, TextArea, TextField } from '#ui/field.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type KindOfThing, listSchedules, proposeSchedule, type Schedule } from '../contract.ts';
import { t } from './messages.en.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import type { Peeking } from './retention.page.tsx';
import css from './retention.module.css';
import { daysWords } from './words.ts';

const idOf = (schedule: Schedule): string => `${schedule.class} ${schedule.purpose}`;
const titleOf = (schedule: Schedule, kinds: readonly KindOfThing[]): string => kinds.filter((kind) => kind.class === schedule.class).map(({ title }) => title).join(', ') || schedule.class;
const purposeWords = (purpose: string): string => purpose.replaceAll('-', ' ');

/** How long each class of record is kept for which purpose. */
export function SchedulesTab({ peeked, onPeek }: Peeking) {
  const reading = useRead('retention', listSchedules, {});
  return (
    <Asked reading={reading}>
      {({ items, kinds }) => items.length === 0 ? <Empty>{t('retention.schedules.none')}</Empty> : (
        <DataTable
          label={t('retention.schedules.list')} columns={columnsOf(kinds)} rows={items} idOf={idOf} nameOf={(row) => titleOf(row, kinds)} more={null} isReadingMore={false} onOpen={(row) => onPeek(idOf(row))} peeked={peeked} onPeek={(row) => onPeek(row ? idOf(row) : undefined)}
          phone={(row) => ({ title: titleOf(row, kinds), second: `${purposeWords(row.purpose)}, ${row.runsFrom}`, right: daysWords(row.days) })}
        />
      )}
    </Asked>
  );
}

const columnsOf = (kinds: readonly KindOfThing[]): readonly Column<Schedule>[] => [
  { key: 'what', title: t('retention.what'), cell: (row) => <b className="strong">{titleOf(row, kinds)}</b> },
  { key: 'purpose', title: t('retention.purpose'), width: 150, cell: ({ purpose }) => purposeWords(purpose) },
  { key: 'kept', title: t('retention.kept'), width: 190, cell: ({ days }) => daysWords(days) },
  { key: 'from', title: t('retention.from'), width: 190, isSpare: true, cell: ({ runsFrom }) => runsFrom },
  { key: 'owner', title: t('retention.owner'), width: 190, isSpare: true, cell: ({ owner }) => owner },
];

/** One schedule with its basis, and proposing another. */
export function ScheduleDetails({ of }: { of: string }) {
  const reading = useRead('retention', listSchedules, {});
  const mayChange = useMay('retention:schedule');
  const [isChanging, setChanging] = useState(false);
  const found = reading.data?.items.find((row) => idOf(row) === of);
  const kinds = reading.data?.kinds ?? [];
  if (!found) return null;
  return (
    <div className={css.pad}>
      <h2 className="head">{titleOf(found, kinds)}</h2>
      <dl className="facts">
        <dt>{t('retention.purpose')}</dt><dd>{purposeWords(found.purpose)}</dd>
        <dt>{t('retention.kept')}</dt><dd>{daysWords(found.days)}</dd>
        <dt>{t('retention.from')}</dt><dd className={css.wide}>{found.runsFrom}</dd>
        <dt>{t('retention.basis')}</dt><dd className={css.wide}>{found.basis}</dd>
        {found.source && <><dt>{t('retention.source')}</dt><dd className={css.wide}>{found.source}</dd></>}
        <dt>{t('retention.owner')}</dt><dd>{found.owner}</dd>
        <dt>{t('retention.version')}</dt><dd>{found.version}</dd>
        <dt>{t('retention.changed')}</dt><dd className={css.wide}>{found.changedBy === null ? t('retention.shipped') : <><TwoTimes at={found.changedAt} />, {found.changedBy}: {found.reason}</>}</dd>
        {kinds.filter((kind) => kind.class === found.class).map((kind) => <GoesWith key={kind.key} kind={kind} />)}
      </dl>
      {mayChange && <div><Button onClick={() => setChanging(true)}>{t('retention.schedule.change')}</Button></div>}
      {isChanging && <ChangeDialog schedule={found} title={titleOf(found, kinds)} onClose={() => setChanging(false)} />}
    </div>
  );
}

const GoesWith = ({ kind }: { kind: KindOfThing }) => <><dt>{t('retention.goes')}</dt><dd className={css.wide}>{kind.goes}</dd></>;

function ChangeDialog({ schedule, title, onClose }: { schedule: Schedule; title: string; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('retention', proposeSchedule);
  const [days, setDays] = useState(schedule.days === null ? '' : String(schedule.days));
  const [runsFrom, setRunsFrom] = useState(schedule.runsFrom);
  const [basis, setBasis] = useState(schedule.basis);
  const [source, setSource] = useState(schedule.source);
  const [owner, setOwner] = useState(schedule.owner);
  const [isTried, setTried] = useState(false);
  const short = (words: string): string | undefined => (isTried && words.trim().length < 3 ? t('retention.schedule.missing') : undefined);
  const isWhole = days.trim() === '' || (/^\d{1,5}$/.test(days.trim()) && Number(days) >= 1 && Number(days) <= 36_500);
  const isFit = isWhole && [runsFrom, basis, owner].every((words) => words.trim().length >= 3);
  const change = { class: schedule.class, purpose: schedule.purpose, days: days.trim() === '' ? null : Number(days), runsFrom, basis, source, owner };
  return (
    <ReasonDialog title={t('retention.schedule.title', { what: title })} isBusy={isBusy} problem={problem} isFit={isFit} onTried={() => setTried(true)} onPropose={(reason) => send({ ...change, reason })} onClose={onClose}>
      <NumberField label={t('retention.schedule.days')} help={t('retention.schedule.days.help')} value={days} onValue={setDays} error={isTried && !isWhole ? t('retention.schedule.days.wrong') : undefined} />
      <TextField label={t('retention.from')} help={t('retention.from.help')} value={runsFrom} onValue={setRunsFrom} error={short(runsFrom)} maxLength={200} />
      <TextArea label={t('retention.basis')} value={basis} onValue={setBasis} rows={2} error={short(basis)} maxLength={600} />
      <TextField label={t('retention.source')} value={source} onValue={setSource} isOptional maxLength={300} />
      <TextField label={t('retention.owner')} value={owner} onValue={setOwner} error={short(owner)} maxLength={100} />
    </ReasonDialog>
  );
}
