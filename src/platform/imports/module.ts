import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as imports from './imports.service.ts';
import { forgetFiles } from './work.ts';

export default {
  name: 'imports',
  routes: [
    serve(contract.listKinds, imports.listKinds),
    serve(contract.listImports, imports.listImports),
    serve(contract.beginImport, imports.beginImport),
    serve(contract.storePart, imports.storePart),
    serve(contract.readImport, imports.readImport),
    serve(contract.tryImport, imports.tryImport),
    serve(contract.runImport, imports.runImport),
    serve(contract.listOutcomes, imports.listOutcomes),
    serve(contract.downloadErrors, imports.downloadErrors),
    serve(contract.dropImport, imports.dropImport),
  ],
  work: forgetFiles,
} satisfies Module;
