import { beginSpeaking } from '#platform/web/language.ts';

await beginSpeaking({ de: () => import('./german.ts').then(({ german }) => german) });
await import('./start.tsx');
