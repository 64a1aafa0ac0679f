import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'exercises',
  pages: [
    { room: 'command', order: 30, path: '/exercises', title: 'Exercises', permission: 'exercises:read', load: () => import('./list.page.tsx') },
    { room: 'command', path: '/exercises/$id', title: 'Exercise', permission: 'exercises:read', load: () => import('./exercise.page.tsx') },
  ],
  records: { 'exercises.exercise': (id) => `/exercises/${id}` },
  kinds: { 'exercises.exercise': 'Exercises' },
});
