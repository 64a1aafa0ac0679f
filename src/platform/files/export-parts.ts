import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { 'file.address': 'keyed hash of this installation', 'file.blob': 'where the bytes lie here; they stand in files/ by the id', 'file.data_key': 'the key of the stored bytes', preview: 'drawn anew from the file', upload: 'on its way', damage: 'names stored bytes of this installation' } };
