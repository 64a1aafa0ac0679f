/**
 * The newest head as it stands at the foot of each page of a report, so that the paper is a witness: size, root and time.
 * `root` is hexadecimal or base64, on the paper base64; `at` an instant in ISO, null where it is not known.
 */
export function headOnPaper(head: { size: number; root: string; at: string | null } | null): string {
  if (head === null) return 'Nothing of the ledger was signed yet.';
  const root = /^[0-9a-f]{64}$/.test(head.root) ? Buffer.from(head.root, 'hex').toString('base64') : head.root;
  return `Ledger of ${head.size} leaves, root ${root}${head.at === null ? '' : `, ${new Date(head.at).toISOString()}`}.`;
}
