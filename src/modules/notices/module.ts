import { type Module, serve } from '#platform/kernel/http.ts';
import * as answers from './answers.service.ts';
import * as contract from './contract.ts';
import * as gateways from './gateways.service.ts';
import { previewNotice } from './prepare.service.ts';
import * as musterContract from './muster-contract.ts';
import * as muster from './muster/muster.service.ts';
import * as reading from './read.service.ts';
import { seedTemplates } from './seed.ts';
import { recallNotice, sendNotice } from './send.service.ts';
import * as settings from './settings.service.ts';
import { leadNotices } from './work.ts';

export default {
  name: 'notices',
  permissions: {
    'notices:read': 'See mass notifications, their texts and to whom they went',
    'notices:prepare': 'Prepare a mass notification',
    'notices:send': 'Send and recall mass notifications',
    'notices:send-all': 'Send to a whole site or company, and keep the templates',
    'notices:muster': 'Run roll calls: open them, mark people, close them',
    'notices:channels': 'Keep the gateway for SMS and the rooms of Teams and Slack',
    'notices:answer': 'Take answers by link, and receipts of providers (the front door only)',
    'notices:carry': 'End what was sent or not approved in time (the correlator only)',
  },
  routes: [
    serve(contract.listNotices, reading.listNotices),
    serve(contract.previewNotice, previewNotice),
    serve(contract.sendNotice, sendNotice),
    serve(contract.readNotice, reading.readNotice),
    serve(contract.listRecipients, reading.listRecipients),
    serve(contract.recallNotice, recallNotice),
    serve(contract.listTemplates, settings.listTemplates),
    serve(contract.setTemplate, settings.setTemplate),
    serve(contract.readSettings, settings.readSettings),
    serve(contract.setSettings, settings.setSettings),
    serve(contract.listGateways, gateways.listGateways),
    serve(contract.listRooms, gateways.listRooms),
    serve(contract.addGateway, gateways.addGateway),
    serve(contract.endGateway, gateways.endGateway),
    serve(contract.takeReceipt, answers.takeReceipt),
    serve(contract.openLink, answers.openLink),
    serve(contract.answerLink, answers.answerLink),
    serve(contract.listMine, answers.listMine),
    serve(contract.openMine, answers.openMine),
    serve(contract.answerMine, answers.answerMine),
    serve(contract.setLanguage, answers.setLanguage),
    serve(musterContract.listMusters, muster.listMusters),
    serve(musterContract.openMuster, muster.openMuster),
    serve(musterContract.readMuster, muster.readMuster),
    serve(musterContract.markExpected, muster.markExpected),
    serve(musterContract.addExpected, muster.addExpected),
    serve(musterContract.closeMuster, muster.closeMuster),
    serve(musterContract.missingCsv, muster.missingCsv),
    serve(musterContract.listMyMusters, muster.listMyMusters),
    serve(musterContract.sayHowIAm, muster.sayHowIAm),
  ],
  seed: seedTemplates,
  work: leadNotices,
} satisfies Module;
