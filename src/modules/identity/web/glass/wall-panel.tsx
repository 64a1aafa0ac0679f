import { useState } from 'react';
import { useCache } from '#platform/web/live.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { ChoiceGroup } from '#ui/field.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { endEntry, listWall, reviewEntry, type WallEntry } from '../../contract.ts';
import css from './glass.module.css';
import { eventWords, t } from './messages.en.ts';
import { WhyForm } from './why-form.tsx';

const OFTEN = 3;
const isInside = (entry: WallEntry, now: number): boolean => entry.endedAt === null && Date.parse(entry.until) > now;

/** Who entered the wall of a record by breaking its glass, with ending and reviewing for who keeps it, and what else happened to it. */
export function WallPanel({ recordId }: { recordId: string }) {
  const wall = useRead('identity', listWall, { recordId });
  if (!wall.data || wall.data.events.length === 0) return null;
  const { entries, events } = wall.data;
  return (
    <>
      {entries.length > 0 && <section aria-label={t('glass.entries')}><h3 className="label">{t('glass.entries')}</h3><ul className={css.entries}>{entries.map((entry) => <Entry key={entry.id} entry={entry} recordId={recordId} />)}</ul></section>}
      <section aria-label={t('glass.events')}>
        <h3 className="label">{t('glass.events')}</h3>
        <ul className={css.events}>{events.map((event) => <li key={event.id}><TwoTimes at={event.at} /> <span className="t2">{eventWords(event)}</span></li>)}</ul>
      </section>
    </>
  );
}

function Entry({ entry, recordId }: { entry: WallEntry; recordId: string }) {
  const [asked, setAsked] = useState<'end' | 'review' | null>(null);
  const ending = useSend('identity', endEntry);
  const cache = useCache();
  const now = useNow().getTime();
  const inside = isInside(entry, now);
  const close = (): void => setAsked(null);
  const end = async (why: string): Promise<void> => {
    await ending.send({ id: entry.id, why });
    // The record itself says who stands behind its wall.
    void cache.invalidateQueries({ predicate: ({ queryKey }) => (queryKey[2] as { id?: unknown } | undefined)?.id === recordId });
    announce(t('glass.entry.ended', { name: entry.asker.name }));
    close();
  };
  return (
    <li className={css.entry}>
      <span><b className="strong">{entry.asker.name}</b> {inside ? t('glass.entry.now') : t('glass.entry.over')} <TwoTimes at={inside ? entry.until : (entry.endedAt ?? entry.until)} /> <span className="t2">{t('glass.entry.with', { name: entry.witness.name })}</span></span>
      <span className="t2">{entry.reason}: {entry.words}</span>
      {entry.endedBy && <span className="t2">{t('glass.entry.sent-out', { name: entry.endedBy })}</span>}
      {entry.usesIn90Days >= OFTEN && <span><Tag look="p2">{t('glass.entry.often', { n: entry.usesIn90Days })}</Tag></span>}
      {entry.review ? <span className="t2">{t(`glass.entry.${entry.review.verdict}`, { name: entry.review.by })} <TwoTimes at={entry.review.at} /> {entry.review.why}</span>
        : Date.parse(entry.reviewDueAt) < now ? <span><Tag look="p2">{t('glass.entry.overdue')}</Tag></span> : <span className="t2">{t('glass.entry.review-due')} <TwoTimes at={entry.reviewDueAt} /></span>}
      {asked === null && entry.mayKeep && (inside || !entry.review) && (
        <span className="row">
          {inside && <Button look="danger" onClick={() => setAsked('end')}>{t('glass.entry.end')}</Button>}
          {!entry.review && <Button onClick={() => setAsked('review')}>{t('glass.entry.review')}</Button>}
        </span>
      )}
      {asked === 'end' && <WhyForm does={t('glass.entry.end')} sending={ending} onSend={end} onClose={close} />}
      {asked === 'review' && <ReviewForm entry={entry} onClose={close} />}
    </li>
  );
}

function ReviewForm({ entry, onClose }: { entry: WallEntry; onClose: () => void }) {
  const reviewing = useSend('identity', reviewEntry);
  const [verdict, setVerdict] = useState('');
  const [isTried, setTried] = useState(false);
  const send = async (why: string): Promise<void> => {
    setTried(true);
    if (verdict !== 'justified' && verdict !== 'not-justified') return;
    await reviewing.send({ id: entry.id, verdict, why });
    announce(t('glass.reviewed'));
    onClose();
  };
  return (
    <WhyForm does={t('glass.entry.review')} sending={reviewing} onSend={send} onClose={onClose}>
      <ChoiceGroup label={t('glass.review.of', { name: entry.asker.name })} value={verdict} onValue={setVerdict} choices={[{ value: 'justified', title: t('glass.review.justified') }, { value: 'not-justified', title: t('glass.review.not-justified') }]} error={isTried && verdict === '' ? t('glass.review.missing') : undefined} />
    </WhyForm>
  );
}

/** On the wall's edge: that somebody is inside, or that an entry waits to be looked at. Nothing where there is neither. */
export function GlassMark({ recordId }: { recordId: string }) {
  const wall = useRead('identity', listWall, { recordId });
  const now = useNow().getTime();
  const entries = wall.data?.entries ?? [];
  const inside = entries.find((entry) => isInside(entry, now));
  const waiting = entries.filter((entry) => !entry.review).length;
  if (inside) return <Tag look="p2">{t('glass.mark.inside', { name: inside.asker.name })}</Tag>;
  return waiting > 0 ? <Tag look="wall">{t('glass.mark.review', { n: waiting })}</Tag> : null;
}
