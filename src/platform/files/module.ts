import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as files from './files.service.ts';
import * as uploads from './uploads.service.ts';
import { keepFiles } from './work.ts';

export default {
  name: 'files',
  permissions: {
    'files:read': 'See and download the files of records',
    'files:write': 'Attach files to records and strike them',
  },
  routes: [
    serve(contract.listFiles, files.listFiles),
    serve(contract.listUploads, uploads.listUploads),
    serve(contract.readUpload, uploads.readUpload),
    serve(contract.beginUpload, uploads.beginUpload),
    serve(contract.storePart, uploads.storePart),
    serve(contract.completeUpload, uploads.completeUpload),
    serve(contract.dropUpload, uploads.dropUpload),
    serve(contract.readFile, files.readFile),
    serve(contract.downloadFile, files.downloadFile),
    serve(contract.showPreview, files.showPreview),
    serve(contract.showThumbnail, files.showThumbnail),
    serve(contract.strikeFile, files.strikeFile),
  ],
  work: keepFiles,
} satisfies Module;
