import { useState } from 'react';
import { call, ProblemError } from '#platform/web/call.ts';
import { spokenLanguage } from '#platform/web/messages.ts';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Bundle, bundleEntries, listWitnesses, type Witness } from '../contract.ts';
import css from './ledger.module.css';
import { t } from './messages.en.ts';

/** What is to be proved: a leaf, or what was written of a record, at one moment or ever. */
export type Provable = { n: number } | { record: string; at?: string };

type ProveButtonProps = { what: Provable; /** What it is, for who hears the button and sees no line beside it. */ of?: string; look?: 'plain' | 'quiet' };

/** Saves a file that proves what was written, for who may read the ledger; nothing for others. */
export function ProveButton({ what, of, look = 'quiet' }: ProveButtonProps) {
  const [isBusy, setBusy] = useState(false);
  const mayRead = useMay('ledger:read');
  if (!mayRead) return null;
  const prove = async (): Promise<void> => {
    setBusy(true);
    try {
      const bundle = await call('ledger', bundleEntries, what);
      const file = `parapet-proof-${bundle.leaves[0]?.n ?? 0}.json`;
      save(bundle, file);
      announce(t('ledger.prove.saved', { n: bundle.leaves.length, file }));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      announce(error.status === 404 ? t('ledger.prove.none') : error.detail);
    } finally {
      setBusy(false);
    }
  };
  return <Button look={look} icon="check" isBusy={isBusy} {...(of !== undefined && { 'aria-label': t('ledger.prove.of', { what: of }) })} onClick={() => void prove()}>{t('record' in what && what.at === undefined ? 'ledger.prove.record' : 'ledger.prove')}</Button>;
}

function save(bundle: Bundle, file: string): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(bundle)}\n`], { type: 'application/json' }));
  Object.assign(document.createElement('a'), { href: url, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Where a page of the ledger came back empty although what fits may lie further back. */
export const LookFurther = ({ onMore, isBusy }: { onMore: () => void; isBusy: boolean }) => <Empty action={<Button isBusy={isBusy} onClick={onMore}>{t('ledger.further')}</Button>}>{t('ledger.further.none')}</Empty>;

const EVERY_MS = 10_000;
const SILENT_AFTER_MS = 5 * 60_000;

const isWell = ({ triedAt, failingSince }: Witness, now: Date): boolean => failingSince === null && now.getTime() - Date.parse(triedAt) <= SILENT_AFTER_MS;

/** A row of a list of facts: whether the heads have witnesses, and all of them are told. */
export function WitnessState() {
  const reading = useRead('ledger', listWitnesses, {}, { everyMs: EVERY_MS });
  const now = useNow();
  if (!reading.data) return null;
  const { items } = reading.data;
  const failing = items.filter((one) => !isWell(one, now)).length;
  const tag = failing > 0 ? <Tag look="p1" icon="warning">{t('ledger.witnesses.failing', { n: failing })}</Tag>
    : items.length === 0 ? <Tag look="p2" icon="warning">{t('ledger.witnesses.0')}</Tag> : <Tag look="ok">{t('ledger.witnesses.told', { n: items.length })}</Tag>;
  return <div><dt className="label">{t('ledger.witnesses')}</dt><dd>{tag}</dd></div>;
}

/** Who is told the signed heads, and how each stands. */
export function Witnesses() {
  const reading = useRead('ledger', listWitnesses, {}, { everyMs: EVERY_MS });
  return (
    <section aria-label={t('ledger.witnesses')} className={css.witnesses}>
      <h2 className="label">{t('ledger.witnesses')}</h2>
      <Asked reading={reading} waiting={null}>
        {({ items }) => items.length === 0 ? <p className={css.none}>{t('ledger.witnesses.none')}</p> : <ul>{items.map((one) => <One key={`${one.target} ${one.node}`} witness={one} />)}</ul>}
      </Asked>
    </section>
  );
}

function One({ witness }: { witness: Witness }) {
  const { target, node, sentSize, sentAt, behind, triedAt, failingSince, error } = witness;
  const isSilent = !isWell(witness, useNow());
  return (
    <li className={css.witness}>
      <span className={css.target}><b className="mono strong">{target}</b> {node !== '' && <span className="t3">{t('ledger.witness.on', { node })}</span>}</span>
      <span className={css.how}>
        {failingSince !== null ? <><Tag look="p1" icon="warning">{t('ledger.witness.failing')}</Tag> {t('ledger.witness.since')} <TwoTimes at={failingSince} /></>
          : isSilent ? <><Tag look="p2" icon="warning">{t('ledger.witness.silent')}</Tag> {t('ledger.witness.since')} <TwoTimes at={triedAt} /></>
          : sentAt === null ? <Tag look="line">{t('ledger.witness.never')}</Tag>
          : <><Tag look="ok">{t('ledger.witness.told')}</Tag> <TwoTimes at={sentAt} seconds /></>}
        {sentSize > 0 && <span className="t3">{t('ledger.witness.upto', { n: (sentSize - 1).toLocaleString(spokenLanguage()) })}</span>}
        {behind > 0 && <span className="t2">{t('ledger.witness.behind', { n: behind })}</span>}
      </span>
      {error !== null && <span className={css.error}>{error}</span>}
    </li>
  );
}
