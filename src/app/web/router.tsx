import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { parseSearch, writeSearch } from '#platform/web/view.ts';
import { Broken } from './broken.tsx';
import { Home } from './home.tsx';
import { pages } from './modules.ts';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';
import { askWhoIsThere, SignedInOnly } from './signed-in-only.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: () => <SignedInOnly><Shell><NotFound /></Shell></SignedInOnly> });

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: askWhoIsThere,
  component: () => <SignedInOnly><Shell><Outlet /></Shell></SignedInOnly>,
});

const home = createRoute({ getParentRoute: () => signedIn, path: '/', component: Home });

const routeOf = (page: (typeof pages)[number], parent: typeof root | typeof signedIn) =>
  createRoute({ getParentRoute: () => parent as typeof root, path: page.path, component: lazyRouteComponent(page.load), staticData: { page } });

/** The router over every page of every module. */
export const makeRouter = () =>
  createRouter({
    routeTree: root.addChildren([
      ...pages.filter((page) => !page.room).map((page) => routeOf(page, root)),
      signedIn.addChildren([home, ...pages.filter((page) => page.room).map((page) => routeOf(page, signedIn))]),
    ]),
    parseSearch,
    stringifySearch: writeSearch,
    defaultErrorComponent: Broken,
    defaultPendingMs: 200,
    scrollRestoration: true,
    defaultPreload: 'intent',
  });
