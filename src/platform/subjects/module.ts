import { type Module, serve } from '#platform/kernel/http.ts';
import * as asks from './asks.service.ts';
import * as contract from './contract.ts';
import * as erasure from './erasure.service.ts';
import { fetchArchive, packRequest } from './handing.service.ts';
import * as items from './items.service.ts';
import * as requests from './requests.service.ts';
import { seed } from './seed.ts';
import { clearExpired } from './work.ts';

export default {
  name: 'subjects',
  seed,
  routes: [
    serve(contract.listRequests, requests.listRequests),
    serve(contract.receiveRequest, requests.receiveRequest),
    serve(contract.readRequest, requests.readRequest),
    serve(contract.checkIdentity, requests.checkIdentity),
    serve(contract.assignRequest, requests.assignRequest),
    serve(contract.extendRequest, requests.extendRequest),
    serve(contract.lookForRequest, requests.lookForRequest),
    serve(contract.listItems, items.listItems),
    serve(contract.treatItem, items.treatItem),
    serve(contract.packRequest, packRequest),
    serve(contract.fetchArchive, fetchArchive),
    serve(contract.proposeErasure, erasure.proposeErasure),
    serve(contract.continueErasure, erasure.continueErasure),
    serve(contract.endRequest, requests.endRequest),
    serve(contract.listAsks, asks.listAsks),
    serve(contract.readAsk, asks.readAsk),
    serve(contract.answerAsk, asks.answerAsk),
  ],
  work: clearExpired,
} satisfies Module;
