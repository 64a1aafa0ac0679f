import { t } from './messages.en.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id by its last group, whole on hover and for copying by machines: people read names, not ids. */
export const ShortId = ({ id }: { id: string }) => <span className="mono t3 small" title={id}>…{id.slice(-12)}</span>;

const isSealed = (value: unknown): boolean => typeof value === 'object' && value !== null && 'text' in value && String((value as { text: unknown }).text).startsWith('sha256:');

/** One value of an entry: words as they are, texts that may be erased where they still are, lists and objects in one line. */
export function LedgerValue({ value, text }: { value: unknown; text: string | undefined }) {
  if (isSealed(value)) return text === undefined ? <i className="t2">{t('ledger.sealed')}</i> : <span>{text}</span>;
  if (value === null || value === undefined || value === '') return <span className="t3">–</span>;
  if (Array.isArray(value)) return <span>{value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(', ')}</span>;
  if (typeof value === 'object') return <span>{Object.entries(value).map(([name, one]) => `${name} ${typeof one === 'object' ? JSON.stringify(one) : String(one)}`).join(' · ')}</span>;
  return UUID.test(String(value)) ? <ShortId id={String(value)} /> : <span>{String(value)}</span>;
}
