import { defineWebModule } from '#platform/web/web-module.ts';
import { decisionWords } from './decision-words.ts';

export default defineWebModule({
  name: 'directory',
  pages: [{ room: 'admin', group: 'entry', order: 47, path: '/directories', title: 'Directories', permission: 'identity:sessions', load: () => import('./directories.page.tsx') }],
  decisions: decisionWords,
});
