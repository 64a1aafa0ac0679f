import { type Route, serve } from '#platform/kernel/http.ts';
import { beginLink, beginSingleSignOn } from './begin.service.ts';
import { checkProvider } from './check.service.ts';
import * as contract from './contract.ts';
import { finishSingleSignOn } from './finish.service.ts';
import { removeLink } from './links.service.ts';
import * as providers from './providers.service.ts';

export const singleSignOnRoutes: readonly Route[] = [
  serve(contract.listProviders, providers.listProviders),
  serve(contract.addProvider, providers.addProvider),
  serve(contract.changeProvider, providers.changeProvider),
  serve(contract.checkProvider, checkProvider),
  serve(contract.beginSingleSignOn, beginSingleSignOn),
  serve(contract.finishSingleSignOn, finishSingleSignOn),
  serve(contract.beginLink, beginLink),
  serve(contract.removeLink, removeLink),
];
