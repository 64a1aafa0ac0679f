import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as planContract from './plan-contract.ts';
import * as plans from './plan.service.ts';
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
    serve(planContract.mapSites, plans.mapSites),
    serve(planContract.findPlaces, plans.findPlaces),
    serve(contract.readSite, sites.readSite),
    serve(contract.addSite, sites.addSite),
    serve(contract.changeSite, sites.changeSite),
    serve(contract.closeSite, sites.closeSite),
    serve(contract.reopenSite, sites.reopenSite),
    serve(planContract.readPlan, plans.readPlan),
    serve(planContract.showPicture, plans.showPicture),
    serve(planContract.setPlan, plans.setPlan),
    serve(planContract.setScale, plans.setScale),
    serve(planContract.setGeoreference, plans.setGeoreference),
    serve(planContract.saveDrawing, plans.saveDrawing),
  ],
} satisfies Module;
