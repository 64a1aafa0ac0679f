import { defineWebModule } from '#platform/web/web-module.ts';
import { dateWords } from '#ui/times.ts';
import { t } from './messages.en.ts';
import { goalWords } from './words.ts';

type Facts = Record<string, string>;

const unitOf = (facts: Facts) => ({ unit: (facts['unit'] ?? 'number') as 'share' | 'number' | 's' | 'min' | 'h', direction: facts['direction'] === 'up' ? ('up' as const) : ('down' as const) });
const measureOf = (facts: Facts): 'value' | 'p90' | 'p985' => (facts['measure'] === 'p90' || facts['measure'] === 'p985' ? facts['measure'] : 'value');
const shiftOf = (of: string): string => (of === 'day' || of === 'evening' || of === 'night' ? t(`metrics.shift.${of}`) : of);

export default defineWebModule({
  name: 'metrics',
  pages: [
    { room: 'desk', order: 20, path: '/desk/figures', title: 'Figures', permission: 'metrics:read', load: () => import('./figures.page.tsx') },
    { room: 'desk', order: 21, path: '/desk/frozen', title: 'Frozen figures', permission: 'metrics:read', load: () => import('./frozen.page.tsx') },
    { room: 'desk', path: '/desk/frozen-figure', title: 'Frozen figure', permission: 'metrics:read', unlisted: true, load: () => import('./frozen-figure.page.tsx') },
    { room: 'desk', path: '/desk/figure', title: 'Figure', permission: 'metrics:read', unlisted: true, load: () => import('./figure.page.tsx') },
  ],
  decisions: {
    'metrics.target': {
      title: t('metrics.decision'),
      sentence: (facts) => (facts['value'] ? t('metrics.decision.sentence', { figure: facts['figure'] ?? '', value: goalWords(unitOf(facts), { value: Number(facts['value']) }) }) : t('metrics.decision.end', { figure: facts['figure'] ?? '' })),
      lines: (facts) => [
        [t('metrics.targets.measure'), t(`metrics.targets.measure.${measureOf(facts)}`)], [t('metrics.targets.where'), facts['site'] || t('metrics.target.organisation')], [t('metrics.targets.what'), shiftOf(facts['of'] ?? '') || t('metrics.targets.all')],
        [t('metrics.targets.from'), dateWords(facts['from'] ?? '')], [t('metrics.targets.owner'), facts['owner'] ?? ''],
      ],
    },
  },
});
