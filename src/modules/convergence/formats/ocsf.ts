import type { Said } from '../said.ts';
import type { Sender } from './format.ts';

/** The version of OCSF whose classes and fields are used. */
const OCSF_VERSION = '1.3.0';
const CATEGORY = { findings: 2 } as const;
const DETECTION = 2004;
const INCIDENT = 2005;
const SEVERITIES = { 1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High', 5: 'Critical' } as const;
const ACTIVITIES = { begins: { id: 1, name: 'Create' }, 'goes-on': { id: 2, name: 'Update' }, ends: { id: 3, name: 'Close' } } as const;
const OTHER = { id: 99, name: 'Other' } as const;

type Severity = keyof typeof SEVERITIES;
type Status = { status_id: number; status: string };

/** An event of OCSF: an alarm or a device as Detection Finding, an incident as Incident Finding. There is no class for physical security (docs/operations/destinations.md). */
export function writeOcsf(said: Said, sender: Sender): Record<string, unknown> {
  return said.noun === 'incident' ? incidentFinding(said, sender) : detectionFinding(said, sender);
}

function detectionFinding(said: Said, sender: Sender): Record<string, unknown> {
  return {
    ...base(said, sender, DETECTION, said.noun === 'test' ? OTHER : ACTIVITIES[said.means]), ...detectionStatus(said),
    is_alert: said.means === 'begins', finding_info: findingInfo(said, sender), resources: resourcesOf(said),
  };
}

function incidentFinding(said: Said, sender: Sender): Record<string, unknown> {
  const status: Status = said.means === 'ends' ? { status_id: 5, status: 'Closed' } : said.means === 'begins' ? { status_id: 1, status: 'New' } : { status_id: 2, status: 'In Progress' };
  return {
    ...base(said, sender, INCIDENT, ACTIVITIES[said.means]), ...status, desc: said.narrative ?? said.record.title, ...(sender.link !== null && { src_url: sender.link }),
    finding_info_list: [findingInfo(said, sender)],
  };
}

/** Attributes of every event (base_event.json). `time` is when this was told of; `start_time` when it happened. */
function base(said: Said, { messageId, version }: Sender, classUid: number, activity: { id: number; name: string }): Record<string, unknown> {
  const severity = severityOf(said);
  return {
    category_uid: CATEGORY.findings, category_name: 'Findings', class_uid: classUid, class_name: classUid === INCIDENT ? 'Incident Finding' : 'Detection Finding',
    activity_id: activity.id, activity_name: activity.id === OTHER.id ? said.event : activity.name, type_uid: classUid * 100 + activity.id,
    time: Date.parse(said.at), ...(said.record.occurredAt !== '' && { start_time: Date.parse(said.record.occurredAt) }), severity_id: severity, severity: SEVERITIES[severity],
    message: [said.record.number, said.record.title, said.site?.name].filter(Boolean).join(', '),
    metadata: { version: OCSF_VERSION, product: { name: 'Parapet', vendor_name: 'Parapet', version }, uid: messageId, event_code: said.event, ...((said.noun === 'test' || said.isSimulated) && { labels: [said.isSimulated ? 'simulated' : 'test'] }), ...(said.noun === 'incident' && { profiles: ['incident'] }) },
    unmapped: unmappedOf(said),
  };
}

/** Incidents have five steps of their own; four priorities are Critical to Low. A test says nothing happened. */
function severityOf({ noun, record }: Said): Severity {
  if (noun === 'test') return 1;
  return (record.severity ?? 6 - record.priority) as Severity;
}

/** Closed as false is what OCSF calls suppressed; shelved has no word there. */
function detectionStatus({ noun, record, outcome, means }: Said): Status {
  if (noun === 'device') return means === 'ends' ? { status_id: 4, status: 'Resolved' } : { status_id: 1, status: 'New' };
  if (record.state === 'unacknowledged') return { status_id: 1, status: 'New' };
  if (record.state === 'acknowledged') return { status_id: 2, status: 'In Progress' };
  if (record.state === 'closed') return outcome?.isFalse ? { status_id: 3, status: 'Suppressed' } : { status_id: 4, status: 'Resolved' };
  return { status_id: 99, status: record.state || 'Other' };
}

/** The record is the finding: its id stays, so that what follows updates it. */
function findingInfo({ record, at, noun, narrative, source }: Said, { link }: Sender): Record<string, unknown> {
  return {
    uid: record.id, uid_alt: record.number, title: record.title, types: [record.type || noun], modified_time: Date.parse(at), product: { name: 'Parapet', vendor_name: 'Parapet' },
    ...(narrative !== null && { desc: narrative }), ...(link !== null && { src_url: link }), ...(source && { data_sources: [source.name] }),
  };
}

/** What it is about: the place, and what saw it. Devices of physical security are no hosts, so that they are resources. */
function resourcesOf({ site, source, record, noun }: Said): Record<string, unknown>[] {
  const all = [
    site && { uid: site.id, name: site.name || site.id, type: 'Site' },
    source && { uid: [source.id, source.point].filter(Boolean).join(' '), name: [source.name, source.point].filter(Boolean).join(', '), type: source.point === null ? 'Signal source' : 'Detection point' },
    noun === 'device' && { uid: record.id, name: record.title, type: 'Device' },
  ];
  return all.filter((one): one is { uid: string; name: string; type: string } => Boolean(one));
}

function unmappedOf({ record, site, source, outcome, alarm }: Said): Record<string, unknown> {
  return { number: record.number, type: record.type, state: record.state, priority: record.priority, site_id: site?.id ?? null, site: site?.name ?? null, point: source?.point ?? null, area: source?.area ?? null, outcome: outcome?.key ?? null, from_alarm: alarm };
}
