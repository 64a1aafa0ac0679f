import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as devices from './devices.service.ts';

export default {
  name: 'offline',
  routes: [
    serve(contract.listDevices, devices.listDevices),
    serve(contract.listPeoplesDevices, devices.listPeoplesDevices),
    serve(contract.addDevice, devices.addDevice),
    serve(contract.contactServer, devices.contactServer),
    serve(contract.takeAlong, devices.takeAlong),
    serve(contract.leaveBehind, devices.leaveBehind),
    serve(contract.leaveDevice, devices.leaveDevice),
    serve(contract.wipeDevice, devices.wipeDevice),
    serve(contract.wipePeoplesDevice, devices.wipePeoplesDevice),
    serve(contract.hearOrder, devices.hearOrder),
  ],
} satisfies Module;
