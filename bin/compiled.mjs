import { join } from 'node:path';

/** The environment, with a folder where Node keeps what it compiled: each further start of a process takes half the time. */
export const withCompiled = (root, env) => ({ NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'parapet'), ...env });
