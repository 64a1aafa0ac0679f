import { endpoint } from '#platform/kernel/contract.ts';
import { type Module, serve } from '#platform/kernel/http.ts';
import { followLive } from './stream.ts';
import { trimOutbox } from './trim.ts';

const follow = endpoint({ method: 'GET', path: '/', summary: 'Server-sent events: what changed of what you may see; resumable by Last-Event-ID', permission: 'signed-in', reply: null });

export default { name: 'live', routes: [serve(follow, followLive)], work: trimOutbox } satisfies Module;
