import { defineWebModule } from '#platform/web/web-module.ts';
import { decisionWords } from './custodian/decision-words.ts';

const address = (id: string): string => `/incidents/${id}`;

export default defineWebModule({
  name: 'incidents',
  pages: [
    { room: 'command', order: 10, path: '/incidents', title: 'Incidents', permission: 'incidents:read', load: () => import('./list.page.tsx') },
    { room: 'command', path: '/incidents/new', title: 'Declare an incident', permission: 'incidents:declare', unlisted: true, load: () => import('./declare.page.tsx') },
    { room: 'command', path: '/incidents/$id/conflicts', title: 'Two versions', permission: 'incidents:read', load: () => import('./conflicts.page.tsx') },
    { room: 'command', path: '/incidents/$id/resources', title: 'Resources', permission: 'incidents:read', load: () => import('./resources/board.page.tsx') },
    { room: 'command', path: '/incidents/$id/forms', title: 'ICS forms', permission: 'incidents:read', load: () => import('./forms/forms.page.tsx') },
    { room: 'command', path: '/incidents/$id/command', title: 'Command of an incident', permission: 'incidents:read', load: () => import('./command/board.page.tsx') },
    { room: 'command', order: 12, path: '/incidents/reviews', title: 'After-action reviews', permission: 'incidents:read', load: () => import('./review/reviews.page.tsx') },
    { room: 'command', path: '/incidents/$id/review', title: 'After-action review', permission: 'incidents:read', load: () => import('./review/review.page.tsx') },
    { path: '/field', title: 'Field log', load: () => import('./field.page.tsx') },
    { room: 'command', path: '/incidents/$id', title: 'Incident', permission: 'incidents:read', load: () => import('./record.page.tsx') },
  ],
  records: { 'incidents.incident': address, incident: address },
  kinds: { 'incidents.incident': 'Incidents', incident: 'Incidents' },
  decisions: decisionWords,
  takes: { 'incidents.incident': (id) => import('./copy.ts').then(({ readCopy }) => readCopy(id)) },
});
