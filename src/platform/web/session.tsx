import { createContext, type ReactNode, useContext } from 'react';

/** Who is signed in, as the shell read it. */
export type Session = {
  personId: string;
  name: string;
  email: string | null;
  roles: readonly { key: string; title: string }[];
  permissions: readonly string[];
  organisation: string;
  demo: boolean;
  /** With whose rights I see meanwhile; nothing can be changed. */
  seeingAs: { title: string; place: string; isPerson: boolean; until: string } | null;
};

const Signed = createContext<Session | null>(null);

/** Gives the pages below who is signed in. */
export const SessionProvider = ({ session, children }: { session: Session | null; children: ReactNode }) => <Signed value={session}>{children}</Signed>;

/** Who is signed in; only for pages with the shell around them. */
export function useMe(): Session {
  const session = useContext(Signed);
  if (!session) throw new Error('useMe stands in a page that needs no sign-in.');
  return session;
}

/** Whether I may do this (`alarms:close`). The server decides; this only leaves out what would be refused. */
export const useMay = (permission: string | undefined): boolean => {
  const session = useContext(Signed);
  return permission === undefined || (session?.permissions.includes(permission) ?? false);
};

/** The reader's own time zone (IANA). */
export const readersZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
