import { RecordLink } from '#platform/web/navigation.tsx';

/** A record by its number and title, as a link. */
export const LinkTo = ({ id, kind, number, title }: { id: string; kind: string; number: string | null; title: string }) => <RecordLink kind={kind} id={id}>{[number, title].filter(Boolean).join(', ')}</RecordLink>;
