import { useState } from 'react';
import type { Reply } from '#platform/kernel/contract.ts';
import { Button } from '#ui/button.tsx';
import { SelectField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { useTypes } from '../rules/types.ts';
import type { readWords } from '../../past-contract.ts';
import css from './last-year.module.css';
import { t } from './messages.en.ts';

type Words = Reply<typeof readWords>;
type Finding = Words['findings'][number]['finding'];
const FIRST = 24;

/** The file's words for a type, each with the type that it stands for. */
export function TypeWords({ words, types, onType, note }: { words: Words['types']; types: Readonly<Record<string, string>>; onType: (word: string, type: string) => void; note: string | undefined }) {
  const known = useTypes();
  const choices = known.types.filter(({ raisesAlarm }) => raisesAlarm).map(({ key, title }) => ({ value: key, title })).sort((a, b) => a.title.localeCompare(b.title));
  const [isAll, setAll] = useState(false);
  if (words.length === 0) return null;
  return (
    <Panel title={t('past.types')} note={note}>
      <div className={css.body}>
        <p className="t2 small">{t('past.types.why')}</p>
        <div className={css.map}>{(isAll ? words : words.slice(0, FIRST)).map(({ word, count }) => <SelectField key={word} label={word} help={t('past.word.count', { n: count })} value={types[word] ?? ''} onValue={(type) => onType(word, type)} placeholder={t('past.type.none')} choices={choices} />)}</div>
        {!isAll && words.length > FIRST && <div><Button look="quiet" onClick={() => setAll(true)}>{t('past.more-words', { n: words.length })}</Button></div>}
      </div>
    </Panel>
  );
}

/** The file's words for what an alarm was. */
export function FindingWords({ words, findings, onFinding }: { words: Words['findings']; findings: Readonly<Record<string, Finding>>; onFinding: (word: string, finding: Finding) => void }) {
  const [isAll, setAll] = useState(false);
  const choices = (['false', 'true', 'unknown'] as const).map((value) => ({ value, title: t(`past.finding.${value}`) }));
  return (
    <Panel title={t('past.findings')}>
      {words.length === 0 ? <Empty>{t('past.findings.none')}</Empty> : (
        <div className={css.body}>
          <div className={css.map}>{(isAll ? words : words.slice(0, FIRST)).map(({ word, count }) => <SelectField key={word} label={word} help={t('past.word.count', { n: count })} value={findings[word] ?? 'unknown'} onValue={(finding) => onFinding(word, finding as Finding)} choices={choices} />)}</div>
          {!isAll && words.length > FIRST && <div><Button look="quiet" onClick={() => setAll(true)}>{t('past.more-words', { n: words.length })}</Button></div>}
        </div>
      )}
    </Panel>
  );
}
