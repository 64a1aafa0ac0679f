import type { Message } from '#platform/web/messages.ts';

type Catalogue = Readonly<Record<string, Message>>;
const found = import.meta.glob<Catalogue>(['../../**/messages.de.ts'], { eager: true, import: 'german' });

/** The German catalogues of all folders as one. */
export const german: Catalogue = Object.assign({}, ...Object.values(found)) as Catalogue;
