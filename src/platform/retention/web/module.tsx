import { defineWebModule, type DecisionWords } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

const removal: DecisionWords = {
  title: t('retention.decision.run'),
  sentence: ({ asOf: _asOf, ...counts }) => t('retention.decision.run.sentence', { what: Object.entries(counts).map(([kind, count]) => `${kind} ${count}`).join(', ') }),
  lines: ({ asOf }) => (asOf ? [[t('retention.decision.asof'), { at: asOf }]] : []),
};

export default defineWebModule({
  name: 'retention',
  pages: [{ room: 'admin', group: 'record', order: 62, path: '/retention', title: 'Retention', permission: 'retention:read', load: () => import('./retention.page.tsx') }],
  records: { 'retention.hold': (id) => `/retention?tab=holds&peek=${id}` },
  kinds: { 'retention.hold': 'Legal holds' },
  decisions: {
    'retention.schedule': {
      title: t('retention.decision.schedule'), sentence: ({ what = '', after = '', before = '' }) => t('retention.decision.schedule.sentence', { what, after, before }),
      lines: ({ purpose = '', from = '', basis = '' }) => [[t('retention.purpose'), purpose], [t('retention.from'), from], [t('retention.basis'), basis]],
    },
    'retention.run': removal, 'retention.run-walled': removal,
    'retention.release': {
      title: t('retention.decision.release'), sentence: ({ hold = '', matter = '' }) => t('retention.decision.release.sentence', { hold, matter }),
      lines: ({ custodian = '' }) => [[t('retention.hold.custodian'), custodian]],
    },
  },
});
