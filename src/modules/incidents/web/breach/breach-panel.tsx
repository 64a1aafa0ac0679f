import { useState } from 'react';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useRead } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Breach, type BreachNotice, type BreachSheet, readBreach } from '../../breach-contract.ts';
import { BREACH_CLOCKS } from '../../breach-rules.ts';
import type { Incident } from '../../contract.ts';
import css from '../incidents.module.css';
import { BreachDialog } from './breach-dialog.tsx';
import { t } from './messages.en.ts';
import { NotDueDialog, NoticeDialog, type Outcome, StrikeNoticeDialog } from './notice-dialogs.tsx';

type Question = 'change' | 'notice' | 'not-due' | { strike: BreachNotice };

/** The record of a breach of personal data with its notices, where the type of the incident has such a duty or a record was opened. */
export function BreachPanel({ incident, onPrint }: { incident: Incident; onPrint: (() => void) | null }) {
  const reading = useRead('incidents', readBreach, { id: incident.id });
  const [asked, setAsked] = useState<Question | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const hasDuty = incident.clocks.some(({ key }) => BREACH_CLOCKS.includes(key));
  const mayWrite = incident.mine.includes('incidents:write');
  const close = (): void => setAsked(null);
  if (!hasDuty && !reading.data?.breach) return null;
  return (
    <Panel title={t('breach')} actions={<>{onPrint && reading.data?.breach && <Button look="quiet" icon="print" onClick={onPrint}>{t('breach.print')}</Button>}{mayWrite && <Button look="quiet" onClick={() => setAsked('change')}>{reading.data?.breach ? t('breach.change') : t('breach.open')}</Button>}</>}>
      <Asked reading={reading}>
        {(sheet) => (
          <>
            {sheet.breach ? <Facts breach={sheet.breach} missing={sheet.missing} /> : <Empty>{t('breach.none')}</Empty>}
            {hasDuty && <Notices sheet={sheet} incident={incident} mayWrite={mayWrite} onAsk={setAsked} />}
            {outcome && <div className={css.facts}><DecisionOutcome {...outcome} /></div>}
            {asked === 'change' && <BreachDialog incidentId={incident.id} breach={sheet.breach} onClose={close} />}
            {asked === 'notice' && <NoticeDialog incident={incident} onClose={close} />}
            {asked === 'not-due' && <NotDueDialog incident={incident} onClose={close} onDone={setOutcome} />}
            {asked !== null && typeof asked === 'object' && <StrikeNoticeDialog incidentId={incident.id} notice={asked.strike} onClose={close} />}
          </>
        )}
      </Asked>
    </Panel>
  );
}

const rangeWords = (range: Breach['persons']): string => (range === null ? t('breach.unknown') : range.least === range.most ? range.least.toLocaleString() : t('breach.range', { least: range.least.toLocaleString(), most: range.most.toLocaleString() }));

function Facts({ breach, missing }: { breach: Breach; missing: BreachSheet['missing'] }) {
  const told = breach.personsTold === null ? 'none' : breach.personsTold ? 'yes' : 'no';
  const facts = [
    [t('breach.nature'), breach.nature], [t('breach.person-categories'), breach.personCategories], [t('breach.persons'), rangeWords(breach.persons)], [t('breach.record-categories'), breach.recordCategories], [t('breach.records'), rangeWords(breach.records)],
    [t('breach.consequences'), breach.consequences], [t('breach.measures'), breach.measures], [t('breach.contact'), breach.contact], [t('breach.risk'), [t(`breach.risk.${breach.risk ?? 'none'}`), breach.riskWhy].filter(Boolean).join(': ')],
    [t('breach.told'), [t(`breach.told.${told}`), breach.personsToldWords].filter(Boolean).join(': ')],
  ] as const;
  return (
    <>
      <div className={css.facts}><dl className="facts">{facts.map(([label, value]) => <div key={label} className={css.fact}><dt>{label}</dt><dd className={css.narrative}>{value === '' ? <span className="t3">{t('breach.unknown')}</span> : value}</dd></div>)}</dl></div>
      <section aria-label={t('breach.missing')}>
        <h3 className={css.logOf}>{missing.length === 0 ? t('breach.whole') : t('breach.missing')}</h3>
        <ul className={css.items}>{missing.map(({ field, detail }) => <li key={field} className={css.item}>{detail}</li>)}</ul>
      </section>
    </>
  );
}

function Notices({ sheet, incident, mayWrite, onAsk }: { sheet: BreachSheet; incident: Incident; mayWrite: boolean; onAsk: (question: Question) => void }) {
  const isOpen = incident.clocks.some(({ key, decision }) => BREACH_CLOCKS.includes(key) && decision !== 'met' && decision !== 'not-due');
  return (
    <section aria-label={t('breach.notices')}>
      <h3 className={css.logOf}>{t('breach.notices')}</h3>
      {sheet.notices.length === 0 && <Empty>{t('breach.notices.none')}</Empty>}
      <ul className={css.items}>
        {sheet.notices.map((notice) => (
          <li key={notice.id} className={css.item}>
            <div className={css.itemWords}>
              <div className={cx(notice.struckAt !== null && css.struck)}><b>{notice.recipient}</b> <span className="mono">{notice.reference}</span></div>
              <div className="small t2"><TwoTimes at={notice.givenAt} siteZone={incident.timeZone ?? undefined} /> · {[t('breach.notice.by', { who: notice.givenBy }), notice.isPartial && t('breach.notice.partial')].filter(Boolean).join(' · ')}</div>
              {notice.isLate && <div className={css.late}>{t('breach.notice.late.word', { why: notice.lateWhy })}</div>}
              {notice.struckAt !== null && <p className="small t2">{t('breach.notice.struck', { who: notice.struckBy ?? '', why: notice.struckReason ?? '' })}</p>}
            </div>
            {mayWrite && notice.struckAt === null && <Button look="quiet" onClick={() => onAsk({ strike: notice })} aria-label={t('breach.notice.strike.of', { who: notice.recipient })}>{t('breach.notice.strike')}</Button>}
          </li>
        ))}
      </ul>
      <div className={css.insteadOf}>
        {mayWrite && <Button onClick={() => onAsk('notice')}>{t('breach.notice.note')}</Button>}
        {isOpen && incident.mine.includes('incidents:clock-stop') && <Button look="quiet" onClick={() => onAsk('not-due')}>{t('breach.not-due')}</Button>}
      </div>
    </section>
  );
}
