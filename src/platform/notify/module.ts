import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as notices from './notices.service.ts';
import * as settings from './settings.service.ts';
import { leadNotices } from './work.ts';

export default {
  name: 'notify',
  permissions: { 'notify:ladders': 'Say who is told next when nobody acknowledges' },
  routes: [
    serve(contract.listNotices, notices.listNotices),
    serve(contract.readNotice, notices.readNotice),
    serve(contract.countNotices, notices.countNotices),
    serve(contract.markRead, notices.markRead),
    serve(contract.markAllRead, notices.markAllRead),
    serve(contract.acknowledgeNotice, notices.acknowledgeNotice),
    serve(contract.readPreferences, settings.readPreferences),
    serve(contract.setPreferences, settings.setPreferences),
    serve(contract.tellMyself, settings.tellMyself),
    serve(contract.listLadders, settings.listLadders),
    serve(contract.setLadder, settings.setLadder),
  ],
  work: leadNotices,
} satisfies Module;
