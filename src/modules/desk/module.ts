import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { readMorning } from './morning.service.ts';
import * as packContract from './pack-contract.ts';
import * as packs from './packs/packs.service.ts';
import { printPack } from './packs/report.service.ts';

export default {
  name: 'desk',
  permissions: {
    'desk:read': 'See the Chief’s desk: how the department stands this morning',
    'desk:write': 'Prepare briefings and board packs',
    'desk:freeze': 'Freeze the figures of a pack at a cut-off',
    'desk:issue': 'Issue a pack to executives',
    'desk:decide': 'Record a decision',
  },
  routes: [
    serve(contract.readMorning, readMorning),
    serve(packContract.listPacks, packs.listPacks),
    serve(packContract.readPack, packs.readPack),
    serve(packContract.beginPack, packs.beginPack),
    serve(packContract.changePack, packs.changePack),
    serve(packContract.freezePack, packs.freezePack),
    serve(packContract.issuePack, packs.issuePack),
    serve(packContract.recordDecision, packs.recordDecision),
    serve(packContract.recordAction, packs.recordAction),
    serve(packContract.strikeLine, packs.strikeLine),
    serve(packContract.printPack, printPack),
  ],
} satisfies Module;
