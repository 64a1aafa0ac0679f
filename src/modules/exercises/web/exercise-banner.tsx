import { useQuery } from '@tanstack/react-query';
import { call } from '#platform/web/call.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { listExercises } from '../contract.ts';
import { MARK } from '../rules.ts';
import { t } from './messages.en.ts';

const READ_EVERY_MS = 20_000;
const TOPICS = ['exercises.started', 'exercises.paused', 'exercises.ended'];

/** Says on every screen that an exercise runs, to everybody who sees it. */
export default function ExerciseBanner({ className, wordsClassName }: { className: string | undefined; wordsClassName: string | undefined }) {
  const { data } = useQuery({ queryKey: ['running exercises'], queryFn: ({ signal }) => call('exercises', listExercises, { state: 'running' }, { signal }), refetchInterval: READ_EVERY_MS, meta: { topics: TOPICS } });
  if (!data || data.items.length === 0) return null;
  return (
    <section className={className} aria-label={t('exercises.banner')}>
      <span className={wordsClassName} role="status"><b>{MARK}</b> {t('exercises.banner.more', { n: data.items.length })} {data.items.slice(0, 3).map(({ id, title }) => <RecordLink key={id} kind="exercises.exercise" id={id}>{title}</RecordLink>)}</span>
    </section>
  );
}
