import { type Module, serve } from '#platform/kernel/http.ts';
import * as bundles from './bundles.service.ts';
import * as contract from './contract.ts';
import { disposeExhibit } from './dispose.service.ts';
import * as exhibits from './exhibits.service.ts';
import * as items from './items.service.ts';
import * as moves from './moves.service.ts';
import * as places from './store.service.ts';

export default {
  name: 'exhibits',
  permissions: {
    'exhibits:add': 'Add exhibits and record custody',
    'exhibits:view': 'Open an exhibit',
    'exhibits:release': 'Release, return or destroy an exhibit',
  },
  routes: [
    serve(contract.listExhibits, exhibits.listExhibits),
    serve(contract.listPlaces, places.listPlaces),
    serve(contract.addPlace, places.addPlace),
    serve(contract.auditPlace, places.auditPlace),
    serve(contract.listBundles, bundles.listBundles),
    serve(contract.closeBundle, bundles.closeBundle),
    serve(contract.downloadBundle, bundles.downloadBundle),
    serve(contract.addExhibit, exhibits.addExhibit),
    serve(contract.readExhibit, exhibits.readExhibit),
    serve(contract.listCustody, exhibits.listCustody),
    serve(contract.readLabel, exhibits.readLabel),
    serve(contract.moveExhibit, moves.moveExhibit),
    serve(contract.resealExhibit, moves.resealExhibit),
    serve(contract.lendExhibit, moves.lendExhibit),
    serve(contract.takeBackExhibit, moves.takeBackExhibit),
    serve(contract.offerExhibit, moves.offerExhibit),
    serve(contract.answerOffer, moves.answerOffer),
    serve(contract.withdrawOffer, moves.withdrawOffer),
    serve(contract.fileExhibit, items.fileExhibit),
    serve(contract.downloadExhibitFile, items.downloadExhibitFile),
    serve(contract.showExhibitFile, items.showExhibitFile),
    serve(contract.disposeExhibit, disposeExhibit),
  ],
} satisfies Module;
