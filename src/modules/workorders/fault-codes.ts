/** A kind of fault: a stable code, its words, and the types of events by which it shows itself. */
export type FaultCode = { code: string; title: string; types: readonly string[] };

/** The shipped fault codes. A code is never renamed: repeat faults are counted by it over years. */
export const FAULT_CODES: readonly FaultCode[] = [
  { code: 'power.mains', title: 'Mains power lost', types: ['equipment.mains-lost'] },
  { code: 'power.battery', title: 'Battery low, aged or missing', types: ['equipment.battery-low'] },
  { code: 'power.supply', title: 'Power supply or fuse', types: ['equipment.supply-fault'] },
  { code: 'network.lost', title: 'Not reachable over the network or line', types: ['equipment.comms-lost', 'equipment.path-lost', 'equipment.device-missing', 'equipment.test-missed'] },
  { code: 'network.cabling', title: 'Cable or connector', types: [] },
  { code: 'network.radio', title: 'Radio link or jamming', types: ['equipment.jamming', 'equipment.radio-weak'] },
  { code: 'tamper.housing', title: 'Tamper contact or housing', types: ['equipment.tamper', 'equipment.tamper-day', 'access.reader-tamper'] },
  { code: 'sensor.false-trigger', title: 'Detects what is not there', types: ['intrusion.swinger', 'equipment.runaway'] },
  { code: 'sensor.no-detection', title: 'Does not detect', types: [] },
  { code: 'sensor.fault', title: 'Detector or zone fault', types: ['equipment.device-trouble', 'intrusion.zone-trouble', 'intrusion.point-missing'] },
  { code: 'camera.no-picture', title: 'No picture', types: ['video.signal-lost'] },
  { code: 'camera.picture', title: 'Picture blurred, dark, dirty or turned away', types: ['video.tamper', 'video.image-quality'] },
  { code: 'recording.gap', title: 'Does not record', types: ['video.recording-failed', 'video.storage-failed'] },
  { code: 'door.closer', title: 'Door, closer or hinge', types: [] },
  { code: 'door.contact', title: 'Door contact', types: ['access.door-fault'] },
  { code: 'lock.mechanical', title: 'Lock does not open or close', types: [] },
  { code: 'reader.no-read', title: 'Reader does not read', types: [] },
  { code: 'sounder.silent', title: 'Sounder or strobe', types: ['equipment.sounder-fault'] },
  { code: 'software.fault', title: 'Software, firmware or configuration', types: ['equipment.server', 'equipment.data-fault', 'equipment.firmware'] },
  { code: 'software.clock', title: 'Clock is wrong', types: ['equipment.clock', 'equipment.clock-drift'] },
  { code: 'damage.deliberate', title: 'Damaged on purpose', types: [] },
  { code: 'damage.environment', title: 'Water, heat, lightning or animals', types: [] },
  { code: 'inspection.point', title: 'A point of an inspection failed', types: [] },
  { code: 'other', title: 'Other', types: [] },
];

const byCode = new Map(FAULT_CODES.map((one) => [one.code, one]));
export const faultTitle = (code: string): string => byCode.get(code)?.title ?? code;
export const isFaultCode = (code: string): boolean => byCode.has(code);

/** The code that events of this type point to; `other` where none does. */
export const suggestedCode = (type: string): string => FAULT_CODES.find(({ types }) => types.includes(type))?.code ?? 'other';
