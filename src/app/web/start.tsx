import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import '#ui/base.css';
import { registerTaking } from '#platform/offline/web/public.tsx';
import { queryClient } from '#platform/web/query.ts';
import { modules } from './modules.ts';
import { makeRouter } from './router.tsx';

for (const { takes } of modules) for (const [kind, read] of Object.entries(takes ?? {})) registerTaking(kind, read);

createRoot(document.getElementById('app') as HTMLElement).render(
  <QueryClientProvider client={queryClient}>
    <RouterProvider router={makeRouter()} />
  </QueryClientProvider>,
);
