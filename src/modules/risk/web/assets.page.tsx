import { useList } from '#platform/web/query.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { type Asset, ASSET_KINDS, listAssets } from '../contract.ts';
import { AssetFormDialog, RetireDialog } from './asset-form-dialog.tsx';
import { t } from './messages.en.ts';
import { chanceWords } from './words.ts';

const VIEW = viewOf({ kind: one(['', ...ASSET_KINDS]), state: one(['active', 'retired', 'any']), q: text(), peek: text(), new: flag(), edit: flag(), retire: flag() });

const COLUMNS: readonly Column<Asset>[] = [
  { key: 'number', title: t('risk.number'), width: 140, cell: (asset) => <span className="mono t2 nowrap">{asset.number}</span> },
  { key: 'name', title: t('risk.name'), cell: (asset) => <b className="strong cut">{asset.name}</b> },
  { key: 'kind', title: t('risk.asset.kind'), width: 140, cell: (asset) => t(`risk.kind.${asset.kind}`) },
  { key: 'site', title: t('risk.site'), width: 220, cell: (asset) => <span className="cut">{asset.site ?? t('risk.organisation')}</span> },
  { key: 'least', title: t('risk.asset.least'), isSpare: true, width: 150, cell: (asset) => (asset.leastInterruption === null ? '' : chanceWords(asset.leastInterruption)) },
];

/** What is protected. */
export default function AssetsPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const mayRegister = useMay('risk:register');
  const mayStudy = useMay('risk:path');
  useWhere({ title: t('risk.assets') });
  const list = useList('risk', listAssets, { ...(view.state !== 'any' && { state: view.state }), ...(view.kind !== '' && { kind: view.kind }), q: view.q });
  const peeked = list.data?.find(({ id }) => id === view.peek);
  const study = ({ id, siteId, place }: Asset): string | null => (mayStudy && place && siteId ? `/risk/paths/${siteId}?asset=${id}` : null);
  return (
    <>
      <ListPage
        title={t('risk.assets')}
        actions={mayRegister && <Button look="filled" onClick={() => setView({ new: true })}>{t('risk.asset.add')}</Button>}
        filters={<>
          <SearchBox label={t('risk.find')} value={view.q} onValue={(q) => setView({ q })} />
          <FilterSelect label={t('risk.asset.kind')} value={view.kind} onValue={(kind) => setView({ kind: kind as typeof view.kind })} choices={[{ value: '', title: t('risk.all') }, ...ASSET_KINDS.map((value) => ({ value, title: t(`risk.kind.${value}`) }))]} />
          <FilterSelect label={t('risk.state')} all="active" value={view.state} onValue={(state) => setView({ state: state as typeof view.state })} choices={(['active', 'retired', 'any'] as const).map((value) => ({ value, title: t(`risk.state.${value}`) }))} />
        </>}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null}
        peek={peeked ? { name: peeked.number, onClose: () => setView({ peek: undefined }), body: <AssetPeek asset={peeked} study={study(peeked)} onEdit={mayRegister && peeked.state === 'active' ? () => setView({ edit: true }) : null} onRetire={mayRegister && peeked.state === 'active' ? () => setView({ retire: true }) : null} /> } : null}
      >
        <Asked reading={list}>{(assets) => (assets.length === 0 ? <Empty>{t('risk.assets.none')}</Empty> : (
          <DataTable
            label={t('risk.assets')} columns={COLUMNS} rows={assets} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={(asset) => { const to = study(asset); if (to) go(to); else setView({ peek: asset.id }); }} peeked={view.peek} onPeek={(asset) => setView({ peek: asset?.id })}
            more={list.more} isReadingMore={list.isReadingMore} phone={(asset) => ({ title: asset.name, second: [asset.number, t(`risk.kind.${asset.kind}`), asset.site].filter(Boolean).join(' · ') })}
          />
        ))}</Asked>
      </ListPage>
      {view.new && mayRegister && <AssetFormDialog asset={null} onClose={() => setView({ new: false })} onDone={(asset) => setView({ new: false, peek: asset.id })} />}
      {view.edit && peeked && mayRegister && <AssetFormDialog asset={peeked} onClose={() => setView({ edit: false })} onDone={() => setView({ edit: false })} />}
      {view.retire && peeked && mayRegister && <RetireDialog asset={peeked} onClose={() => setView({ retire: false })} />}
    </>
  );
}

function AssetPeek({ asset, study, onEdit, onRetire }: { asset: Asset; study: string | null; onEdit: (() => void) | null; onRetire: (() => void) | null }) {
  return (
    <>
      <h2 className="head">{asset.name}</h2>
      <State fill={asset.state === 'active' ? 'full' : 'ended'}>{t(`risk.state.${asset.state}`)}</State>
      <dl className="facts">
        <dt>{t('risk.asset.kind')}</dt><dd>{t(`risk.kind.${asset.kind}`)}</dd>
        <dt>{t('risk.site')}</dt><dd>{asset.site ?? t('risk.organisation')}</dd>
        {asset.leastInterruption !== null && <><dt>{t('risk.asset.least')}</dt><dd>{chanceWords(asset.leastInterruption)}</dd></>}
        {asset.note !== '' && <><dt>{t('risk.note')}</dt><dd>{asset.note}</dd></>}
        {asset.retiredWhy !== '' && <><dt>{t('risk.why')}</dt><dd>{asset.retiredWhy}</dd></>}
      </dl>
      <p className="row">{study && <LinkButton to={study}>{t('risk.study')}</LinkButton>}{onEdit && <Button onClick={onEdit}>{t('risk.change')}</Button>}{onRetire && <Button onClick={onRetire}>{t('risk.retire')}</Button>}</p>
    </>
  );
}
