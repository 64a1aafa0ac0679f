import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as devices from './devices.service.ts';
import * as files from './import.service.ts';
import { watchLive } from './live/live.service.ts';
import { leadPlates } from './plates/lead.ts';
import { readPicture } from './picture.service.ts';
import * as settings from './settings.service.ts';

export default {
  name: 'devices',
  permissions: {
    'devices:read': 'See plans, devices and their live state',
    'devices:register': 'Add, change and retire devices in the register',
    'devices:view-video': 'See the picture of now of a camera, and moving pictures',
    'devices:watch': 'Keep the health of devices and what they say of themselves (the correlator and the cameras’ service only)',
  },
  work: leadPlates,
  routes: [
    serve(contract.listDevices, devices.listDevices),
    serve(contract.listModels, settings.listModels),
    serve(contract.setModel, settings.setModel),
    serve(contract.readReckoning, settings.readReckoning),
    serve(contract.setReckoning, settings.setReckoning),
    serve(contract.exportDevices, files.exportDevices),
    serve(contract.readDevice, devices.readDevice),
    serve(contract.readPicture, readPicture),
    serve(contract.watchLive, watchLive),
    serve(contract.addDevice, devices.addDevice),
    serve(contract.changeDevice, devices.changeDevice),
    serve(contract.retireDevice, devices.retireDevice),
    serve(contract.restoreDevice, devices.restoreDevice),
  ],
} satisfies Module;
