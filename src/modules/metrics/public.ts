export { DEFINITIONS } from './definitions.ts';
export { figuresForOthers } from './frozen.service.ts';
