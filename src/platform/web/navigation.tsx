import { Link as RouterLink, useNavigate } from '@tanstack/react-router';
import { type AnchorHTMLAttributes, createContext, type ReactNode, useCallback, useContext } from 'react';
import { parseSearch } from './view.ts';

type Records = ReadonlyMap<string, (id: string) => string>;
const Known = createContext<Records>(new Map());

/** Gives the pages below where records of each kind are read. */
export const RecordsProvider = ({ records, children }: { records: Records; children: ReactNode }) => <Known value={records}>{children}</Known>;

const split = (address: string): { to: string; search: Record<string, string>; hash?: string } => {
  const { pathname, search, hash } = new URL(address, 'http://parapet');
  return { to: pathname, search: parseSearch(search), ...(hash && { hash: hash.slice(1) }) };
};

/** Goes to an address of our own (`/incidents?state=open`); with `replace`, without a step of history. */
export function useGo(): (address: string, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback((address, { replace = false } = {}) => void navigate({ ...split(address), replace } as never), [navigate]);
}

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & { to: string };

// Else the router calls a link current that leads to a page above this one.
const EXACT = { exact: true };

/** A link within Parapet; `to` may carry a query. */
export function Link({ to, ...rest }: LinkProps) {
  const { to: path, search, hash } = split(to);
  return <RouterLink to={path} search={search as never} {...(hash && { hash })} activeOptions={EXACT} {...(rest as object)} />;
}

/** Where a record is read, or `null` where no module here shows its kind. */
export function useRecordAddress(): (kind: string, id: string) => string | null {
  const records = useContext(Known);
  return useCallback((kind, id) => records.get(kind)?.(id) ?? null, [records]);
}

type RecordLinkProps = Omit<LinkProps, 'to'> & { kind: string; id: string };

/** A link to a record of any kind; plain text where its module isn't there. */
export function RecordLink({ kind, id, children, ...rest }: RecordLinkProps) {
  const address = useRecordAddress()(kind, id);
  return address === null ? <span>{children}</span> : <Link to={address} {...rest}>{children}</Link>;
}

/** A return address after a sign-in: only a path of our own, never another site. */
export const ownAddress = (address: string | undefined): string => (address && /^\/(?![/\\])/.test(address) && !/[\u0000-\u001f]/.test(address) ? address : '/');
