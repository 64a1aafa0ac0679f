export { Found } from './found.tsx';
export { sendImport } from './sending.ts';
