import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as deliveries from './deliveries.service.ts';
import * as receivers from './receivers.service.ts';
import { leadDelivery } from './work.ts';

export default {
  name: 'deliver',
  permissions: { 'deliver:webhooks': 'Send one’s own notices to the address of a program' },
  routes: [
    serve(contract.listDeliveries, deliveries.listDeliveries),
    serve(contract.listAttempts, deliveries.listAttempts),
    serve(contract.retryDelivery, deliveries.retryDelivery),
    serve(contract.sayArrived, deliveries.sayArrived),
    serve(contract.readChannels, receivers.readChannels),
    serve(contract.addDevice, receivers.addDevice),
    serve(contract.endDevice, receivers.endDevice),
    serve(contract.addWebhook, receivers.addWebhook),
    serve(contract.endWebhook, receivers.endWebhook),
  ],
  work: leadDelivery(),
} satisfies Module;
