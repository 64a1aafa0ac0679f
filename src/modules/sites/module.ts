import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as files from './import.service.ts';
import * as sites from './sites.service.ts';

export default {
  name: 'sites',
  permissions: {
    'sites:read': 'See sites',
    'sites:write': 'Add, change, move and close sites',
    'sites:import': 'Bring in sites from a file',
  },
  routes: [
    serve(contract.listSites, sites.listSites),
    serve(contract.siteTree, sites.siteTree),
    serve(contract.exportSites, files.exportSites),
    serve(contract.readSite, sites.readSite),
    serve(contract.addSite, sites.addSite),
    serve(contract.changeSite, sites.changeSite),
    serve(contract.closeSite, sites.closeSite),
    serve(contract.reopenSite, sites.reopenSite),
  ],
} satisfies Module;
