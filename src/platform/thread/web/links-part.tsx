import { useState } from 'react';
import { search } from '#platform/search/contract.ts';
import { useCommands } from '#platform/web/commands.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField } from '#ui/field.tsx';
import { type Option, Picker } from '#ui/picker.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { drawLink, type Link, LinkKind, listLinks } from '../contract.ts';
import type { PartProps } from './comments-part.tsx';
import { t } from './messages.en.ts';
import { type Strikable, StrikeDialog } from './strike-dialog.tsx';
import css from './thread.module.css';

const kindWords = ({ kind, isFrom }: Pick<Link, 'kind' | 'isFrom'>): string => t(isFrom ? `thread.link.${kind}` : `thread.link.back.${kind}`);
const nameOf = ({ number, title }: { number: string | null; title: string }): string => [number, title].filter(Boolean).join(', ');

/** The records that this one is linked with, read from its own end; those that the reader does not see are not there. */
export function LinksPart({ recordId, siteZone, mayAdd = true }: PartProps) {
  const mayRead = useMay('thread:read');
  const mayWrite = useMay('thread:write');
  const reading = useRead('thread', listLinks, { recordId }, { isOn: mayRead });
  const [isAdding, setAdding] = useState(false);
  const [striking, setStriking] = useState<Strikable | null>(null);
  const isOffered = mayWrite && mayAdd;
  useCommands(isOffered && mayRead ? [{ title: t('thread.link.add'), run: () => setAdding(true) }] : []);
  if (!mayRead) return null;
  return (
    <Panel title={t('thread.links')} actions={isOffered && <Button look="quiet" icon="link" onClick={() => setAdding(true)}>{t('thread.link.add')}</Button>}>
      <Asked reading={reading}>
        {({ items }) => items.length === 0 ? <Empty>{t('thread.links.none')}</Empty> : (
          <ul className={css.links} aria-label={t('thread.links.list')}>
            {items.map((link) => <One key={link.id ?? `${link.kind}${link.other.id}`} link={link} siteZone={siteZone} {...(mayWrite && { onStrike: setStriking })} />)}
          </ul>
        )}
      </Asked>
      {isAdding && <Adding recordId={recordId} onClose={() => setAdding(false)} />}
      {striking && <StrikeDialog what={striking} onClose={() => setStriking(null)} />}
    </Panel>
  );
}

function One({ link, siteZone, onStrike }: { link: Link; siteZone: string | undefined; onStrike?: (what: Strikable) => void }) {
  const { id, other } = link;
  const words = `${kindWords(link)} ${nameOf(other)}`;
  return (
    <li className={css.link}>
      <div className={css.linkWords}>
        <span><span className="t2">{kindWords(link)}</span> <RecordLink kind={other.kind} id={other.id}>{nameOf(other)}</RecordLink> {other.isWalled && <Tag look="wall" icon="lock">{t('thread.link.walled')}</Tag>}</span>
        <span className="small t2"><TwoTimes at={link.at} siteZone={siteZone} /> {t('thread.link.by', { name: link.by })}</span>
      </div>
      {id !== null && onStrike && <Button look="quiet" className={css.do} aria-label={t('thread.strike.of', { words })} onClick={() => onStrike({ kind: 'link', id, words })}>{t('thread.strike')}</Button>}
    </li>
  );
}

function Adding({ recordId, onClose }: { recordId: string; onClose: () => void }) {
  const drawing = useSend('thread', drawLink);
  const [kind, setKind] = useState<LinkKind>('relates-to');
  const [to, setTo] = useState<Option | null>(null);
  const [words, setWords] = useState('');
  const [isTried, setTried] = useState(false);
  const q = words.trim();
  const found = useRead('search', search, { q, limit: 20 }, { isOn: q.length >= 2 });
  const options = q.length < 2 ? [] : (found.data?.items ?? []).filter(({ id }) => id !== recordId).map(({ id, number, title, state }): Option => ({ value: id, title: nameOf({ number, title }), note: state }));
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!to) return;
    await drawing.send({ recordId, toId: to.value, kind }).then(() => { announce(t('thread.link.added')); onClose(); }, () => undefined);
  };
  return (
    <Dialog title={t('thread.link.add')} onClose={onClose} onSubmit={() => void submit()} actions={<><Button type="submit" look="filled" isBusy={drawing.isBusy}>{t('thread.link.add.do')}</Button><Button onClick={onClose}>{t('thread.cancel')}</Button></>}>
      <div className={css.form}>
        <FaultSummary faults={[]} detail={drawing.problem?.detail} />
        <SelectField label={t('thread.link.kind')} value={kind} onValue={(value) => setKind(LinkKind.options.find((one) => one === value) ?? 'relates-to')} choices={LinkKind.options.map((value) => ({ value, title: t(`thread.link.${value}`) }))} />
        <Picker label={t('thread.link.to')} help={t('thread.link.to.help')} value={to} onValue={setTo} options={options} onWords={setWords} isSearching={q.length >= 2 && found.state === 'waiting'} error={drawing.problem?.of('/toId') ?? (isTried && !to ? t('thread.link.to.missing') : undefined)} />
      </div>
    </Dialog>
  );
}
