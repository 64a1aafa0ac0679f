import { useState } from 'react';
import type { Reply } from '#platform/kernel/contract.ts';
import { call, ProblemError } from '#platform/web/call.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { type LedgerEntry, proveLeaf } from '#platform/ledger/contract.ts';
import { ProveButton } from '#platform/ledger/web/public.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import css from './ledger.module.css';
import { LedgerValue, ShortId } from './ledger-value.tsx';
import { t } from './messages.en.ts';

/** `alarms.taken-over` as `alarms` and `taken over`. */
export function verbWords(verb: string): { module: string; words: string } {
  const at = verb.indexOf('.');
  return { module: verb.slice(0, Math.max(at, 0)), words: verb.slice(at + 1).replaceAll('-', ' ') };
}

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});

/** Everything that an entry says: what changed, from what to what, and that its leaf stands in the tree. */
export function EntryDetail({ entry, onOnlyRecord }: { entry: LedgerEntry; onOnlyRecord?: (() => void) | undefined }) {
  const { before, after, ...rest } = entry.body;
  const [was, is] = [fieldsOf(before), { ...rest, ...fieldsOf(after) }];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => name !== 'id' || is[name] !== entry.record?.id);
  const { module, words } = verbWords(entry.verb);
  return (
    <>
      <h2 className="head">{words} <span className="t3">{module}</span></h2>
      <dl className="facts">
        <dt>{t('ledger.time')}</dt><dd><TwoTimes at={entry.at} seconds /></dd>
        <dt>{t('ledger.actor')}</dt><dd>{entry.actor.name ?? <ShortId id={entry.actor.id} />}</dd>
        {entry.record && <><dt>{t('ledger.record')}</dt><dd><RecordWords record={entry.record} /></dd></>}
        <dt>{t('ledger.leaf')}</dt><dd className="mono">{entry.n}</dd>
      </dl>
      {entry.wallId && <Tag look="wall" icon="lock">{t('ledger.walled')}</Tag>}
      {entry.record && onOnlyRecord && <Button onClick={onOnlyRecord}>{t('ledger.only-this')}</Button>}
      <h3 className="label">{t('ledger.body')}</h3>
      <dl className={css.changes}>
        {names.map((name) => (
          <div key={name}>
            <dt className="t3">{name}</dt>
            <dd>
              {name in was && <><s className="t2"><LedgerValue value={was[name]} text={entry.texts[`before.${name}`]} /></s> → </>}
              <LedgerValue value={is[name]} text={entry.texts[`after.${name}`]} />
            </dd>
          </div>
        ))}
      </dl>
      <Proof key={entry.n} n={entry.n} />
      <ProveButton what={{ n: entry.n }} of={entry.verb} />
    </>
  );
}

/** A record in words, as a link where a page here shows its kind. */
export const RecordWords = ({ record }: { record: NonNullable<LedgerEntry['record']> }) => {
  const words = [record.number, record.title].filter(Boolean).join(' ');
  return record.kind === null || words === '' ? <ShortId id={record.id} /> : <RecordLink kind={record.kind} id={record.id}>{words}</RecordLink>;
};

function Proof({ n }: { n: number }) {
  const [found, setFound] = useState<Reply<typeof proveLeaf> | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const prove = async (): Promise<void> => {
    setProblem(null);
    try {
      setFound(await call('ledger', proveLeaf, { n }));
    } catch (error) {
      if (error instanceof ProblemError) setProblem(error);
    }
  };
  if (problem) return <FaultSummary faults={[]} detail={problem.detail} />;
  if (!found) return <Button onClick={() => void prove()}>{t('ledger.proof')}</Button>;
  return (
    <div className={css.proof} role="status">
      <p className={css.proven}>{t('ledger.proof.what', { size: found.size, n: found.proof.length })}</p>
      <dl className="facts"><dt>{t('ledger.proof.hash')}</dt><dd className="mono small">{found.leafHash}</dd><dt>{t('ledger.root')}</dt><dd className="mono small">{found.root}</dd></dl>
    </div>
  );
}
