import { type Module, serve } from '#platform/kernel/http.ts';
import * as cameras from './camera-contract.ts';
import { adoptCamera, askCamera } from './cameras/cameras.service.ts';
import { searchCameras } from './cameras/search.ts';
import * as contract from './contract.ts';
import { exampleSignal, listTypes } from './example.service.ts';
import { sendSignals } from './http/send.service.ts';
import { mountWebhooks } from './http/webhook.ts';
import * as mappings from './mapping-contract.ts';
import { activateMapping, listMappings, saveMapping } from './mappings/mappings.service.ts';
import { listShippedMappings } from './mappings/shipped.ts';
import { tryMapping } from './mappings/try.service.ts';
import * as signals from './signals.service.ts';
import * as simulations from './simulator-contract.ts';
import { endSimulations, listScenarios, listSimulations, startSimulation } from './simulator/simulator.service.ts';
import * as sources from './sources.service.ts';

export default {
  name: 'signals',
  permissions: {
    'signals:read': 'See signals as they came, and their sources',
    'signals:sources': 'Add, change and retire sources',
    'signals:adopt': 'See unknown accounts and make sources of them',
    'signals:send': 'Send signals by an API key',
    'signals:map': 'Read every committed signal to raise alarms (the correlator only)',
  },
  routes: [
    serve(contract.addSources, sources.addSources as never),
    serve(contract.listSources, sources.listSources),
    serve(contract.changeSource, sources.changeSource),
    serve(contract.retireSource, sources.retireSource),
    serve(contract.renewKey, sources.renewKey),
    serve(contract.setSignature, sources.setSignature),
    serve(cameras.searchCameras, searchCameras),
    serve(cameras.askCamera, askCamera),
    serve(cameras.adoptCamera, adoptCamera),
    serve(mappings.listMappings, listMappings),
    serve(mappings.saveMapping, saveMapping),
    serve(mappings.activateMapping, activateMapping),
    serve(mappings.tryMapping, tryMapping),
    serve(mappings.listShippedMappings, listShippedMappings),
    serve(contract.sendSignals, sendSignals as never),
    serve(contract.listQuarantine, sources.listQuarantine),
    serve(contract.adopt, sources.adopt),
    serve(contract.listRefusals, sources.listRefusals),
    serve(contract.listTypes, listTypes),
    serve(contract.exampleSignal, exampleSignal),
    serve(simulations.listScenarios, listScenarios),
    serve(simulations.listSimulations, listSimulations),
    serve(simulations.startSimulation, startSimulation),
    serve(simulations.endSimulations, endSimulations),
    serve(contract.listSignals, signals.listSignals),
    serve(contract.getSignal, signals.getSignal),
  ],
  mount: mountWebhooks,
} satisfies Module;
