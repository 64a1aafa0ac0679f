import { useState } from 'react';
import type { Reply } from '#platform/kernel/contract.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useList, useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Asked, AskedRecord, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { WallLock } from '#ui/wall-edge.tsx';
import { type Hold, listHolds, listSchedules, readHold, releaseHold } from '../contract.ts';
import { t } from './messages.en.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import type { Peeking } from './retention.page.tsx';
import css from './retention.module.css';
import { nameOf } from './words.ts';

const HoldState = ({ hold }: { hold: Pick<Hold, 'state'> }) => <State fill={hold.state === 'active' ? 'full' : 'ended'}>{t(`retention.hold.${hold.state}`)}</State>;

const COLUMNS: readonly Column<Hold>[] = [
  { key: 'number', title: t('retention.hold'), width: 150, cell: (hold) => <span className="row">{hold.isWalled && <WallLock label={t('retention.hold.walled')} />}<span className="mono">{hold.number}</span></span> },
  { key: 'matter', title: t('retention.hold.matter'), cell: (hold) => <b className="strong">{hold.matter}</b> },
  { key: 'custodian', title: t('retention.hold.custodian'), width: 180, isSpare: true, cell: (hold) => hold.custodian.name },
  { key: 'placed', title: t('retention.hold.placed'), width: 200, isSpare: true, cell: (hold) => <TwoTimes at={hold.placedAt} /> },
  { key: 'state', title: t('retention.hold.state'), width: 130, cell: (hold) => <HoldState hold={hold} /> },
];

/** The legal holds that the reader sees. */
export function HoldsTab({ peeked, onPeek }: Peeking) {
  const list = useList('retention', listHolds, {});
  return (
    <Asked reading={list}>
      {(holds) => holds.length === 0 ? <Empty>{t('retention.holds.none')}</Empty> : (
        <DataTable
          label={t('retention.holds.list')} columns={COLUMNS} rows={holds} idOf={(hold) => hold.id} nameOf={(hold) => `${hold.number}, ${hold.matter}`} more={list.more} isReadingMore={list.isReadingMore} onOpen={(hold) => onPeek(hold.id)} peeked={peeked} onPeek={(hold) => onPeek(hold?.id)}
          phone={(hold) => ({ title: hold.matter, second: hold.number, right: <HoldState hold={hold} /> })}
        />
      )}
    </Asked>
  );
}

/** One hold with all that it covers, and proposing its release. */
export function HoldDetails({ id }: { id: string }) {
  const reading = useRead('retention', readHold, { id });
  return <AskedRecord reading={reading} title={t('retention.holds')}>{(hold) => <Shown hold={hold} />}</AskedRecord>;
}

type WholeHold = Reply<typeof readHold>;

function Shown({ hold }: { hold: WholeHold }) {
  const mayHold = useMay('retention:hold');
  const { send, isBusy, problem } = useSend('retention', releaseHold);
  const [isReleasing, setReleasing] = useState(false);
  return (
    <div className={css.pad}>
      <div className={css.line}>{hold.isWalled && <WallLock label={t('retention.hold.walled')} />}<span className="mono t2">{hold.number}</span> <HoldState hold={hold} /></div>
      <h2 className="head">{hold.matter}</h2>
      <p className={css.wide}>{hold.reason}</p>
      <dl className="facts">
        <dt>{t('retention.hold.custodian')}</dt><dd>{hold.custodian.name}</dd>
        <dt>{t('retention.hold.placed')}</dt><dd><TwoTimes at={hold.placedAt} />, {t('retention.hold.by', { name: hold.placedBy.name })}</dd>
        {hold.releasedAt && <><dt>{t('retention.hold.released')}</dt><dd className={css.wide}><TwoTimes at={hold.releasedAt} />, {t('retention.hold.by', { name: hold.releasedBy?.name ?? '' })}: {hold.releaseReason}</dd></>}
        <dt>{t('retention.hold.covers')}</dt><dd className={css.wide}><ul className={css.items}>{hold.covers.map((cover, index) => <li key={index}><CoverWords cover={cover} /></li>)}</ul></dd>
        {hold.keepsBackups && <><dt /><dd>{t('retention.hold.backups.words')}</dd></>}
      </dl>
      {mayHold && hold.state === 'active' && <div><Button onClick={() => setReleasing(true)}>{t('retention.hold.release')}</Button></div>}
      {isReleasing && <ReasonDialog title={t('retention.hold.release.title', { number: hold.number })} isBusy={isBusy} problem={problem} onPropose={(reason) => send({ id: hold.id, reason })} onClose={() => setReleasing(false)} />}
    </div>
  );
}

function CoverWords({ cover: { recordId, record, personId, person, siteId, site, kind, from, till } }: { cover: WholeHold['covers'][number] }) {
  const kinds = useRead('retention', listSchedules, {}).data?.kinds ?? [];
  const isEverything = [recordId, personId, siteId, kind, from, till].every((part) => part === null);
  return (
    <span className={css.line}>
      {isEverything && t('retention.hold.covers.everything')}
      {recordId !== null && (record ? <RecordLink kind={record.kind} id={recordId}>{nameOf(record)}</RecordLink> : t('retention.hold.record.gone'))}
      {personId !== null && <span>{person}</span>}
      {siteId !== null && <span>{site ?? t('retention.hold.record.gone')}</span>}
      {kind !== null && <span>{kinds.find(({ key }) => key === kind)?.title ?? kind}</span>}
      {from !== null && <span>{t('retention.hold.since')} <TwoTimes at={from} /></span>}
      {till !== null && <span>{t('retention.hold.till')} <TwoTimes at={till} /></span>}
    </span>
  );
}
