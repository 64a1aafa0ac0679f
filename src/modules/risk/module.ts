import { type Module, serve } from '#platform/kernel/http.ts';
import * as assets from './assets.service.ts';
import * as contract from './contract.ts';
import * as floors from './floors.service.ts';
import { leadPaths } from './lead.ts';
import * as scenarios from './scenarios.service.ts';

export default {
  name: 'risk',
  permissions: {
    'risk:read': 'See assets, assessments and the register',
    'risk:register': 'Keep the register and treatments',
    'risk:assess': 'Carry out assessments and surveys',
    'risk:path': 'Run path analysis and see vulnerabilities',
    'risk:watch': 'Keep P(I) of protected assets as it moves (the correlator only)',
  },
  routes: [
    serve(contract.listAssets, assets.listAssets),
    serve(contract.readAsset, assets.readAsset),
    serve(contract.addAsset, assets.addAsset),
    serve(contract.changeAsset, assets.changeAsset),
    serve(contract.retireAsset, assets.retireAsset),
    serve(contract.listFloors, floors.listFloors),
    serve(contract.readFloor, floors.readFloor),
    serve(contract.saveFigures, floors.saveFigures),
    serve(contract.listScenarios, scenarios.listScenarios),
    serve(contract.keepScenario, scenarios.keepScenario),
    serve(contract.strikeScenario, scenarios.strikeScenario),
  ],
  work: leadPaths,
} satisfies Module;
