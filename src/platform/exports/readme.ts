/** What stands in each export beside its data. */
export const README = `# An export of Parapet

| what | where |
| --- | --- |
| what is here, with counts and hashes | \`manifest.json\` |
| one file a table, a JSON object a line | \`records/<schema>.<table>.jsonl\` |
| what each line is (JSON Schema 2020-12) | \`schema/<schema>.<table>.schema.json\` |
| files that were attached, as they came | \`files/<id>\`, by \`id\` in \`records/files.file.jsonl\`, with name and SHA-256 there |
| the ledger: each leaf with its entry, the signed head last | \`ledger/ledger.jsonl\` |
| the hash of each file here | \`SHA256SUMS\` |

All of it is of one moment. Times are UTC (ISO 8601; \`infinity\` means without end), money is minor units with its ISO 4217 currency, bytes are hexadecimal after \`\\x\`. A column that ends in \`_id\` names a row of the table that it says, \`record_id\` one of \`platform.record\`.

Left out: secrets (\`leftOut\` in the manifest says which, and why), what is computed anew, and what stands behind a wall: of that the manifest has the number of rows (\`sealed\`), and the ledger its leaves with number and hash, so that the whole can still be checked.

Check that nothing was changed since: \`sha256sum -c SHA256SUMS\`, or \`check_export.py\` of \`docs/verify\`, which also checks counts. The ledger by \`verify.py\` there.

Bring it in elsewhere: sites, people, incidents and tasks, in this order, by Import, which takes these files as they are.
`;
