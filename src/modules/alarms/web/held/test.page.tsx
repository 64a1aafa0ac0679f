import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { useGo } from '#platform/web/navigation.tsx';
import { placeWords, useSite } from '#modules/signals/web/public.tsx';
import { getOnTest, type OnTestDetail, type WalkedPoint } from '../../held-contract.ts';
import { useTypes } from '../rules/types.ts';
import { EndDialog } from './end-dialog.tsx';
import { ExtendDialog } from './extend-dialog.tsx';
import css from './held.module.css';
import { t } from './messages.en.ts';
import { PHASE } from './test-tab.tsx';

/** One test or maintenance: until when and why, and which of its points were heard. */
export default function TestPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('alarms', getOnTest, { id }, { everyMs: 5_000 });
  return <AskedRecord title={t('held.what')} reading={reading}>{(test) => <Shown test={test} />}</AskedRecord>;
}

function Shown({ test }: { test: OnTestDetail }) {
  const [asking, setAsking] = useState<'extend' | 'end' | null>(null);
  const site = useSite(test.siteId);
  useWhere({ title: test.name, site });
  const mayAct = test.mayEnd && test.state !== 'over' && test.endedAt === null;
  return (
    <>
      <RecordPage
        number={t(`held.mode.${test.mode}`)}
        title={test.name}
        state={<State fill={PHASE[test.state]}>{t(`held.phase.${test.state}`)}</State>}
        actions={mayAct && <><Button onClick={() => setAsking('extend')}>{t('held.extend')}</Button><Button look="filled" onClick={() => setAsking('end')}>{t('held.end')}</Button></>}
        tabs={{ all: [{ key: 'walk', title: t('held.walk'), body: <><Facts test={test} zone={site?.timeZone} /><Walk test={test} zone={site?.timeZone} /></> }], current: 'walk', onTab: () => undefined, label: t('held.walk') }}
      />
      {asking === 'extend' && <ExtendDialog test={test} onClose={() => setAsking(null)} />}
      {asking === 'end' && <EndDialog test={test} onClose={() => setAsking(null)} />}
    </>
  );
}

function Facts({ test, zone }: { test: OnTestDetail; zone: string | undefined }) {
  const ending = test.endedBy ? t('held.ended-by', { name: test.endedBy.name }) : test.state === 'over' ? t('held.ended-clock') : '';
  return (
    <Panel title={t('held.facts')} note={test.state === 'planned' && Date.parse(test.beginsAt) <= Date.now() ? t('held.taking-up') : undefined}>
      <dl className={css.facts}>
        <div><dt className="t2">{t('held.reason')}</dt><dd>{test.reason}</dd></div>
        <div><dt className="t2">{t('held.owner')}</dt><dd>{test.owner.name}</dd></div>
        <div><dt className="t2">{t('held.put-by')}</dt><dd>{test.putBy.name}</dd></div>
        <div><dt className="t2">{t('held.begins')}</dt><dd><TwoTimes at={test.holdsFrom ?? test.beginsAt} siteZone={zone} /></dd></div>
        <div><dt className="t2">{test.state === 'over' ? t('held.ended') : t('held.ends')}</dt><dd><TwoTimes at={test.holdsUntil ?? test.endedAt ?? test.endsAt} siteZone={zone} /> {ending} {test.endedWhy}</dd></div>
        <div><dt className="t2">{t('held.count')}</dt><dd><Link to={`/watch/held?tab=signals&test=${test.id}`}>{test.held}</Link></dd></div>
        <div><dt className="t2">{t('held.rang.list')}</dt><dd>{test.rang}</dd></div>
      </dl>
    </Panel>
  );
}

function Walk({ test, zone }: { test: OnTestDetail; zone: string | undefined }) {
  const { titleOf } = useTypes();
  const go = useGo();
  const summary = test.expected === 0 ? t('held.walk.unknown') : t('held.walk.of', { n: test.expectedHeard, of: test.expected });
  const heard = (row: WalkedPoint) => <State fill={row.heard > 0 ? 'full' : 'empty'}>{row.heard > 0 ? t('held.walk.times', { n: row.heard }) : t('held.walk.not')}</State>;
  const name = (row: WalkedPoint): string => row.device?.name ?? ([row.sourceName, placeWords(row.point, null)].filter(Boolean).join(' · ') || row.sourceName);
  const last = (row: WalkedPoint) => <>{row.lastType && titleOf(row.lastType)} {row.isOpen && <Tag look="p2">{t('held.walk.open')}</Tag>}</>;
  const columns: Column<WalkedPoint>[] = [
    { key: 'point', title: t('held.walk.point'), cell: (row) => <><b className="strong">{name(row)}</b> <span className="t2">{row.device && placeWords(row.point, null)}</span> {!row.isExpected && <Tag>{t('held.walk.not-registered')}</Tag>}</> },
    { key: 'heard', title: t('held.walk.heard'), width: 150, cell: heard },
    { key: 'last', title: t('held.walk.last'), cell: last },
    { key: 'at', title: t('held.last'), align: 'end', width: 160, cell: (row) => row.lastAt && <TwoTimes at={row.lastAt} siteZone={zone} layout="stack" /> },
  ];
  return (
    <Panel title={t('held.walk')} note={test.stillOpen > 0 ? `${summary} · ${t('held.still-open', { n: test.stillOpen })}` : summary}>
      {test.points.length === 0 ? <Empty>{t('held.walk.none')}</Empty> : <DataTable label={t('held.walk.list')} columns={columns} rows={test.points} idOf={(row) => `${row.sourceId} ${row.point}`} nameOf={name} onOpen={(row) => go(row.device ? `/watch/devices/${row.device.id}` : `/watch/held?tab=signals&test=${test.id}`)} phone={(row) => ({ title: name(row), second: last(row), right: heard(row) })} />}
    </Panel>
  );
}
