import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as directories from './directories.service.ts';
import * as mappings from './mappings.service.ts';
import { mountScim } from './scim/door.ts';
import { leadDirectories } from './work.ts';

export default {
  name: 'directory',
  permissions: {
    'directory:connect': 'Speak for a directory of the company (its key only)',
    'directory:provision': 'Do what a directory says of people and groups (its actor only)',
  },
  routes: [
    serve(contract.listDirectories, directories.listDirectories),
    serve(contract.addDirectory, directories.addDirectory),
    serve(contract.changeDirectory, directories.changeDirectory),
    serve(contract.addDirectoryKey, directories.addDirectoryKey),
    serve(contract.endDirectoryKey, directories.endDirectoryKey),
    serve(contract.listDirectoryGroups, mappings.listDirectoryGroups),
    serve(contract.mapGroup, mappings.mapGroup),
    serve(contract.endMapping, mappings.endMapping),
    serve(contract.listArrivals, directories.listArrivals),
  ],
  work: leadDirectories,
  mount: mountScim,
} satisfies Module;
