import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { TasksOf } from '#modules/tasks/web/public.tsx';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Figure, Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Dependency, type ProcessDetail, readProcess } from '../contract.ts';
import { BANDS_MIN, CATEGORIES } from '../rules.ts';
import css from './continuity.module.css';
import { ChangeDialog, ImpactDialog, NeedDialog, RetireDialog, ReviewDialog, StrikeDialog } from './dialogs.tsx';
import { t } from './messages.en.ts';
import { dayWords, GapsTag, GapTag, ProcessState, spanWords } from './words.tsx';

type Open = { does: 'change' | 'impact' | 'need' | 'review' | 'retire' } | { does: 'strike'; need: Dependency };

export default function ProcessPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('continuity', readProcess, { id });
  return <AskedRecord title={t('continuity.one')} reading={reading}>{(process) => <TheProcess key={process.id} process={process} />}</AskedRecord>;
}

function TheProcess({ process }: { process: ProcessDetail }) {
  const [open, setOpen] = useState<Open | null>(null);
  const mayWrite = useMay('continuity:write') && process.state === 'active';
  const maySeeTasks = useMay('tasks:read');
  const zone = process.timeZone ?? undefined;
  useWhere({ title: process.number, ...(process.site && process.timeZone && { site: { name: process.site, timeZone: process.timeZone } }) });
  const verbs = mayWrite ? ([['change', 'E'], ['impact', 'I'], ['review', 'R'], ['retire', undefined]] as const).map(([does, key]) => ({ does, key, title: t(`continuity.verb.${does}`), run: () => setOpen({ does }) })) : [];
  useCommands(verbs.map(({ key, title, run }) => ({ ...(key && { key }), title, run })));
  return (
    <>
      <RecordPage
        number={process.number} title={process.title} state={<><ProcessState {...process} />{process.state === 'active' && <GapsTag {...process} />}</>}
        figures={<><Figure figure={spanWords(process.rtoMin)} word={t('continuity.rto')} /><Figure figure={spanWords(process.mtpdMin)} word={t('continuity.mtpd')} /></>}
        actions={verbs.map(({ does, key, title, run }) => <Button key={does} look={does === 'impact' && Object.keys(process.impacts).length === 0 ? 'filled' : 'plain'} {...(key && { keyCap: key })} onClick={run}>{title}</Button>)}
      >
        {process.gaps.length > 0 && <Panel title={t('continuity.gaps')}><div className={css.pad}><ul className={css.list}>{process.gaps.map((gap) => <li key={`${gap.kind} ${gap.name}`}><GapTag gap={gap} /></li>)}</ul></div></Panel>}
        <div className={css.two}>
          <Facts process={process} />
          <Impact process={process} />
          <Needs process={process} actions={mayWrite && <Button onClick={() => setOpen({ does: 'need' })}>{t('continuity.need.add')}</Button>} onStrike={mayWrite ? (need) => setOpen({ does: 'strike', need }) : null} />
        </div>
        <Thread topic="continuity" recordId={process.id} siteZone={zone} tasks={maySeeTasks && <Panel title={t('continuity.tasks')}><TasksOf recordId={process.id} siteZone={zone} mayAdd={process.state === 'active'} /></Panel>} />
      </RecordPage>
      {open && <Asking open={open} process={process} onClose={() => setOpen(null)} />}
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (children ? <><dt>{name}</dt><dd>{children}</dd></> : null);

const Facts = ({ process: p }: { process: ProcessDetail }) => (
  <Panel title={t('continuity.facts')}>
    <div className={css.pad}>
      <dl className="facts">
        <Fact name={t('continuity.owner')}>{p.owner.name}</Fact>
        <Fact name={t('continuity.site')}>{p.site ?? t('continuity.site.none')}</Fact>
        <Fact name={t('continuity.mtpd.long')}>{spanWords(p.mtpdMin)}</Fact>
        <Fact name={t('continuity.rto.long')}>{spanWords(p.rtoMin)}</Fact>
        <Fact name={t('continuity.rpo.long')}>{spanWords(p.rpoMin)}</Fact>
        <Fact name={t('continuity.mbco.long')}>{p.mbco && <span className={css.text}>{p.mbco}</span>}</Fact>
        <Fact name={t('continuity.detail')}>{p.detail && <span className={css.text}>{p.detail}</span>}</Fact>
        <Fact name={t('continuity.review.on')}>{dayWords(p.reviewOn)}</Fact>
        <Fact name={t('continuity.reviewed')}>{p.reviewedAt && <><TwoTimes at={p.reviewedAt} siteZone={p.timeZone ?? undefined} /> {p.reviewedBy}</>}</Fact>
        <Fact name={t('continuity.retired')}>{p.retiredWhy}</Fact>
      </dl>
    </div>
  </Panel>
);

/** Impact over time as a table: what is unacceptable stands out by colour, weight and its number. */
function Impact({ process }: { process: ProcessDetail }) {
  const isAssessed = Object.keys(process.impacts).length > 0;
  return (
    <Panel title={t('continuity.impact')} note={isAssessed && (process.limitMin === null ? t('continuity.limit.none') : t('continuity.limit', { time: spanWords(process.limitMin) }))}>
      <div className={css.pad}>
        {isAssessed ? (
          <div className={css.scroll} role="region" aria-label={t('continuity.impact.table')} tabIndex={0}>
            <table className={css.grid}>
              <thead><tr><th scope="col">{t('continuity.category')}</th>{BANDS_MIN.map((min) => <th key={min} scope="col">{spanWords(min)}</th>)}</tr></thead>
              <tbody>{CATEGORIES.map((key) => <tr key={key}><th scope="row">{t(`continuity.category.${key}`)}</th>{BANDS_MIN.map((min, band) => { const level = process.impacts[key]?.[band] ?? 0; return <td key={min} className={cx(level === 3 && css.l3, level === 4 && css.l4)}>{level}</td>; })}</tr>)}</tbody>
            </table>
          </div>
        ) : <Empty>{t('continuity.impact.none')}</Empty>}
        <p className="t2 small">{t('continuity.impact.scale')}</p>
      </div>
    </Panel>
  );
}

function Needs({ process, actions, onStrike }: { process: ProcessDetail; actions: ReactNode; onStrike: ((need: Dependency) => void) | null }) {
  const isSlower = ({ rtoMin, struckWhy }: Dependency): boolean => struckWhy === '' && rtoMin !== null && process.rtoMin !== null && rtoMin > process.rtoMin;
  return (
    <Panel title={t('continuity.needs')} actions={actions}>
      <div className={css.pad}>
        {process.dependencies.length === 0 ? <Empty>{t('continuity.needs.none')}</Empty> : (
          <ul className={css.list}>
            {process.dependencies.map((need) => (
              <li key={need.id}>
                <span className={css.words}>
                  <span className={need.struckWhy ? css.struck : 'strong'}>{need.onProcessId ? <RecordLink kind="continuity.process" id={need.onProcessId}>{need.name}</RecordLink> : need.name}</span>
                  <span className="t2 small">{[t(`continuity.kind.${need.kind}`), t('continuity.back.in', { time: spanWords(need.rtoMin) }), need.note, need.struckWhy && t('continuity.struck', { why: need.struckWhy })].filter(Boolean).join(' · ')}</span>
                </span>
                {isSlower(need) && <Tag look="p1" icon="warning">{t('continuity.slower')}</Tag>}
                {onStrike && need.struckWhy === '' && <Button onClick={() => onStrike(need)}>{t('continuity.strike')}</Button>}
              </li>
            ))}
          </ul>
        )}
        {process.neededBy.length > 0 && <><h3>{t('continuity.needed.by')}</h3><ul className={css.list}>{process.neededBy.map((one) => <li key={one.id}><RecordLink kind="continuity.process" id={one.id}>{one.number} {one.title}</RecordLink> <span className="t2 small">{t('continuity.back.in', { time: spanWords(one.rtoMin) })}</span></li>)}</ul></>}
      </div>
    </Panel>
  );
}

const DIALOGS = { change: ChangeDialog, impact: ImpactDialog, need: NeedDialog, review: ReviewDialog, retire: RetireDialog };

function Asking({ open, ...props }: { open: Open; process: ProcessDetail; onClose: () => void }) {
  if (open.does === 'strike') return <StrikeDialog {...props} need={open.need} />;
  const Part = DIALOGS[open.does];
  return <Part {...props} />;
}
