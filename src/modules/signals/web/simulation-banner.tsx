import { useQuery } from '@tanstack/react-query';
import { call } from '#platform/web/call.ts';
import { listSimulations } from '../simulator-contract.ts';
import { t } from './messages.en.ts';

const READ_EVERY_MS = 20_000;
const TOPICS = ['signals.source-added', 'signals.source-retired'];

/** Says to everybody who sees signals that some of them are simulated, as long as a simulated source stands. */
export default function SimulationBanner({ className, wordsClassName }: { className: string | undefined; wordsClassName: string | undefined }) {
  // A key of its own: the module's lists are read again at every signal.
  const { data } = useQuery({ queryKey: ['simulations'], queryFn: ({ signal }) => call('signals', listSimulations, {}, { signal }), refetchInterval: READ_EVERY_MS, meta: { topics: TOPICS } });
  if (!data || data.items.length === 0) return null;
  return (
    <section className={className} aria-label={t('simulator.banner')}>
      <span className={wordsClassName} role="status"><b>{t('simulator.banner')}</b> {t('simulator.banner.more', { n: data.items.length })}</span>
    </section>
  );
}
