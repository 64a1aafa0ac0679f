import { type Module, serve } from '#platform/kernel/http.ts';
import './hand-over.service.ts';
import * as service from './alarms.service.ts';
import { listCameras } from './cameras.service.ts';
import * as contract from './contract.ts';
import { actTogether } from './together.service.ts';
import { deviceCosts } from './device-costs.service.ts';
import * as held from './held.service.ts';
import * as heldContract from './held-contract.ts';
import * as onTest from './on-test.service.ts';
import * as lastYear from './last-year/analyses.service.ts';
import * as lastYearContract from './past-contract.ts';
import { readWords } from './last-year/words.service.ts';
import { leadDeviceHealth } from './health-lead.ts';
import { leadCorrelation } from './lead.ts';
import { startBackTest } from './back-test.service.ts';
import { listExamples } from './rule-examples.ts';
import * as rationaleContract from './rationale-contract.ts';
import * as rationale from './rationale.service.ts';
import * as ruleContract from './rule-contract.ts';
import * as rules from './rules.service.ts';
import { playClip } from './clips/clips.service.ts';
import { leadClips } from './clips/lead.ts';
import { leadPictures } from './pictures/lead.ts';
import { leadDesks } from './shifts/lead.ts';
import { shiftRoutes } from './shifts/routes.ts';

export default {
  name: 'alarms',
  permissions: {
    'alarms:read': 'See alarms',
    'alarms:handle': 'Claim, take over, acknowledge and give up alarms',
    'alarms:close': 'Close alarms with a disposition',
    'alarms:mute': 'Mute the sound of a desk for minutes',
    'alarms:handover': 'Go on duty, write the log of the shift, hand over and accept a hand-over',
    'alarms:supervise': 'Shelve alarms, and act on those of others',
    'alarms:site-on-test': 'Put a site, a device or a point on test or in maintenance',
    'alarms:raise': 'Raise and end alarms by rule (the correlator only)',
    'alarms:keep-pictures': 'Keep the picture and the clip of the time of an alarm (the cameras’ service only)',
    'alarms:import': 'Bring in alarms of the past from another system',
    'alarms:rules': 'Write rules over several signals as drafts and try them over stored signals',
    'alarms:rationalise': 'Write the register of alarms, and approve what another wrote',
    'alarms:publish-rules': 'Put a rule that another wrote into force, and take it out',
  },
  work: async (tools) => {
    const led = await Promise.all([leadCorrelation(tools), leadDeviceHealth(tools), leadDesks(tools), leadPictures(tools), leadClips(tools)]);
    return { failed: Promise.all(led.map(({ failed }) => failed)), stop: async () => void (await Promise.all(led.map(({ stop }) => stop()))) };
  },
  routes: [
    serve(contract.summarise, service.summarise),
    serve(contract.deviceCosts, deviceCosts),
    serve(heldContract.listOnTest, onTest.listOnTest),
    serve(heldContract.getOnTest, onTest.getOnTest),
    serve(heldContract.putOnTest, onTest.putOnTest),
    serve(heldContract.suppressType, onTest.suppressType),
    serve(heldContract.extendTest, onTest.extendTest),
    serve(heldContract.endTest, onTest.endTest),
    serve(heldContract.listRunaways, held.listRunaways),
    serve(heldContract.releaseRunaway, held.releaseRunaway),
    serve(heldContract.listHeldSignals, held.listHeldSignals),
    serve(heldContract.extendShelf, service.extendShelf),
    serve(ruleContract.listRules, rules.listRules),
    serve(ruleContract.listExamples, listExamples),
    serve(ruleContract.getRule, rules.getRule),
    serve(ruleContract.writeRule, rules.writeRule),
    serve(ruleContract.changeDraft, rules.changeDraft),
    serve(ruleContract.startBackTest, startBackTest),
    serve(ruleContract.readBackTest, rules.readBackTest),
    serve(ruleContract.activateVersion, rules.activateVersion),
    serve(ruleContract.retireRule, rules.retireRule),
    ...shiftRoutes,
    serve(rationaleContract.listRationales, rationale.listRationales),
    serve(rationaleContract.readRationale, rationale.readRationale),
    serve(rationaleContract.downloadRationales, rationale.downloadRationales),
    serve(rationaleContract.writeRationale, rationale.writeRationale),
    serve(rationaleContract.approveRationale, rationale.approveRationale),
    serve(lastYearContract.listAnalyses, lastYear.listAnalyses),
    serve(lastYearContract.readWords, readWords),
    serve(lastYearContract.sampleFile, lastYear.sampleFile),
    serve(lastYearContract.beginAnalysis, lastYear.beginAnalysis),
    serve(lastYearContract.getAnalysis, lastYear.getAnalysis),
    serve(lastYearContract.startAnswer, lastYear.startAnswer),
    serve(lastYearContract.setCost, lastYear.setCost),
    serve(lastYearContract.dropAnalysis, lastYear.dropAnalysis),
    serve(contract.listAlarms, service.listAlarms),
    serve(contract.getAlarm, service.getAlarm),
    serve(contract.listCameras, listCameras),
    serve(contract.playClip, playClip),
    serve(contract.mute, service.mute),
    serve(contract.claim, service.claim),
    serve(contract.actTogether, actTogether),
    serve(contract.takeOver, service.takeOver),
    serve(contract.release, service.release),
    serve(contract.acknowledge, service.acknowledge),
    serve(contract.returnToNormal, service.returnToNormal),
    serve(contract.shelve, service.shelve),
    serve(contract.unshelve, service.unshelve),
    serve(contract.close, service.close),
  ],
} satisfies Module;
