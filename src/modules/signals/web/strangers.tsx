import type { Reading } from '#platform/web/query.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Stranger } from '../contract.ts';
import { t } from './messages.en.ts';
import { protocolName } from './protocols.ts';
import css from './signals.module.css';

type StrangersProps = { reading: Reading<{ items: Stranger[] }>; onAdopt: (stranger: Stranger) => void };

const WHY = ({ why }: Stranger): string => t(`signals.strangers.${why}`);

/** Accounts that nobody knows, with their last frame, to be adopted. */
export function Strangers({ reading, onAdopt }: StrangersProps) {
  const adopt = (stranger: Stranger) => stranger.sourceId ? <LinkButton to={`/watch/sources?source=${stranger.sourceId}`}>{t('signals.strangers.its-source')}</LinkButton> : <Button onClick={() => onAdopt(stranger)}>{t('signals.strangers.adopt')}<span className="unseen"> {stranger.account}</span></Button>;
  const columns: Column<Stranger>[] = [
    { key: 'protocol', title: t('signals.sources.protocol'), isSpare: true, width: 110, cell: (stranger) => protocolName(stranger.protocol) },
    { key: 'account', title: t('signals.account'), width: 140, cell: (stranger) => <b className="mono">{stranger.account}</b> },
    { key: 'frames', title: t('signals.strangers.frames'), align: 'end', width: 80, cell: (stranger) => stranger.frames },
    { key: 'first', title: t('signals.strangers.first'), isSpare: true, width: 200, cell: (stranger) => <TwoTimes at={stranger.firstAt} seconds /> },
    { key: 'last', title: t('signals.strangers.last'), width: 200, cell: (stranger) => <TwoTimes at={stranger.lastAt} seconds /> },
    { key: 'from', title: t('signals.sources.from'), isSpare: true, width: 140, cell: (stranger) => <span className="mono t2">{stranger.remote}</span> },
    { key: 'why', title: t('signals.strangers.why'), isSpare: true, width: 150, cell: (stranger) => WHY(stranger) },
    { key: 'frame', title: t('signals.strangers.frame'), cell: (stranger) => <span className={`mono t2 ${css.frame}`} title={stranger.lastRaw}>{stranger.lastRaw}</span> },
    { key: 'adopt', title: t('signals.strangers.adopt'), hidesTitle: true, align: 'end', width: 110, cell: adopt },
  ];
  return (
    <>
      <p className={`t2 ${css.intro}`}>{t('signals.strangers.what')}</p>
      <Asked reading={reading}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t('signals.strangers.none')}</Empty>
          ) : (
            <DataTable label={t('signals.strangers')} columns={columns} rows={items} idOf={(stranger) => `${stranger.protocol} ${stranger.account}`} nameOf={(stranger) => stranger.account} onOpen={(stranger) => stranger.sourceId === null && onAdopt(stranger)} phone={(stranger) => ({ title: stranger.account, second: `${t('signals.strangers.n', { n: stranger.frames })} · ${WHY(stranger)}`, right: adopt(stranger) })} />
          )
        }
      </Asked>
    </>
  );
}
