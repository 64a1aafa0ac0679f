import type { ImportKind } from '#platform/imports/port.ts';
import { INCIDENT, takeIncidents } from './import-rows.ts';

export const importKinds: readonly ImportKind[] = [{
  key: INCIDENT, title: 'Incidents of the past', permission: 'incidents:import', mostRows: 50_000, atOnce: 100,
  columns: [
    { key: 'external_id', title: 'Number in the other system', help: 'By which the same row sent again is the same incident', isRequired: true, also: ['id', 'number', 'incident number', 'case number', 'ref', 'reference'] },
    { key: 'title', title: 'Title', help: 'What happened, in a few words', isRequired: true, also: ['summary', 'subject', 'name'] },
    { key: 'type', title: 'Type', help: 'A key of the classification, such as door-insecure', isRequired: true, also: ['type_key', 'category', 'incident type'] },
    { key: 'subtype', title: 'Sub-type', help: 'One that the type has', also: ['sub type', 'sub category'] },
    { key: 'severity', title: 'Severity', help: '1 to 5; else the default of the type', also: ['priority'] },
    { key: 'site', title: 'Site', help: 'Its code, or its id in the other system', also: ['site_id', 'location', 'site code'] },
    { key: 'place', title: 'Place', help: 'Where at the site', also: ['area', 'specific location'] },
    { key: 'narrative', title: 'Narrative', help: 'At most 20,000 characters', also: ['description', 'details', 'text'] },
    { key: 'reported_by', title: 'Reported by', help: 'A name', also: ['reporter'] },
    { key: 'occurred_from', title: 'Began', help: 'With its zone, like 2026-11-21T04:12:00Z', isRequired: true, also: ['occurred', 'occurred at', 'incident date', 'date'] },
    { key: 'occurred_to', title: 'Ended', help: 'With its zone', also: ['occurred until', 'end'] },
    { key: 'known_at', title: 'Known', help: 'When we knew; else when it began', also: ['reported at', 'reported on'] },
    { key: 'declared_at', title: 'Declared', help: 'When it was written down; else when it was known', also: ['created', 'created at', 'created on'] },
    { key: 'declared_by', title: 'Declared by', help: 'Their e-mail or id in the other system; else you', also: ['created by'] },
    { key: 'closed_at', title: 'Closed', help: 'With its zone', isRequired: true, also: ['closed on', 'closed date'] },
    { key: 'closed_by', title: 'Closed by', help: 'Their e-mail or id in the other system; else you' },
    { key: 'closure_reason', title: 'Why closed', help: 'A reason of the product, such as resolved', isRequired: true, also: ['disposition', 'resolution'] },
    { key: 'closure_summary', title: 'Summary at the end', help: 'What it was and what was done', isRequired: true, also: ['closing summary', 'outcome'] },
    { key: 'no_loss', title: 'Nothing was lost', help: 'yes or no', also: ['no loss'] },
    { key: 'fields', title: 'Answers of the type', help: 'A JSON object by the keys of the type' },
    { key: 'log', title: 'Command log', help: 'A JSON list of {at, kind, text}' },
    { key: 'people', title: 'People involved', help: 'A JSON list of {role, name, injury, details}' },
    { key: 'things', title: 'Things involved', help: 'A JSON list of {kind, description, identifier, role}' },
    { key: 'losses', title: 'Losses', help: 'A JSON list of {kind, description, amountMinor, currency, recoveredMinor}' },
  ],
  take: takeIncidents,
}];
