/** The words of the incident report. Another language is another object of this shape. */
export const WORDS_EN = {
  report: 'Incident report', demo: 'Demonstration. People, places and events are invented.', simulated: 'Simulated. It came from a simulated alarm and did not happen.', walled: 'Walled',
  unclassified: 'Not classified', noSite: 'No site', nobody: 'Nobody named', none: 'None', unknown: 'Not known', open: 'Open', closed: 'Closed', page: 'of',
  band: { number: 'Number', classification: 'Classification', severity: 'Severity', happened: 'Happened', known: 'Known', where: 'Where', cost: 'Loss so far' },
  parts: {
    narrative: 'What happened', thread: 'From the wire to this paper', facts: 'The incident', alarms: 'How it came to us', bytes: 'What the wire said', people: 'People involved', things: 'Vehicles and things',
    losses: 'Losses and costs', cost: 'What it cost', log: 'Command log', tasks: 'Tasks', files: 'Files', comments: 'Comments', clocks: 'Duties to notify', closure: 'How it was closed', record: 'How to verify this paper',
  },
  facts: {
    severity: 'Severity', site: 'Site', address: 'Address', position: 'Site code', zone: 'Time zone', place: 'Place', reportedBy: 'Reported by', declared: 'Declared', commander: 'Commander', began: 'Began', ended: 'Ended', known: 'Known to us', state: 'State', mergedInto: 'Merged into', merged: 'Merged with it',
  },
  alarm: { raised: 'Happened', known: 'Known to us', acknowledged: 'Acknowledged', returned: 'Back to normal', closed: 'Closed', step: 'Step', here: 'Site’s time', who: 'By', source: 'Source', byDevice: 'The device' },
  signal: { id: 'Signal', received: 'Received', occurred: 'Panel’s own time', sent: 'Sender', number: 'Message number', repeats: 'Sent again', bytes: 'Bytes', meaning: 'What they mean', event: 'Event', area: 'Area', point: 'Point', user: 'User', text: 'Text', priority: 'Priority', problem: 'Not understood' },
  columns: {
    time: 'Time', utc: 'UTC', entry: 'Entry', author: 'By', role: 'Role', name: 'Name', injury: 'Injury', details: 'Details', kind: 'Kind', what: 'What', identifier: 'Mark or number', loss: 'Loss', currency: 'Currency', amount: 'Amount', recovered: 'Recovered',
    said: 'Said', comment: 'Comment', file: 'File and its SHA-256', size: 'Bytes', brought: 'Attached', task: 'Task', assignee: 'Given to', due: 'Due', state: 'State', duty: 'Duty', decision: 'Decision', happened: 'What', reference: 'Reference', left: 'Left after recovery', came: 'Came back', hours: 'Hours', other: 'Other cost', net: 'In all',
  },
  closure: { reason: 'Reason', summary: 'Summary', by: 'Closed by' },
  record: { printed: 'Printed by', at: 'Printed', purpose: 'Purpose', leaves: 'Leaves in the record', root: 'Root (SHA-256)', signed: 'Signed', key: 'Key', note: 'The signed head, as it stands in the record' },
  injury: { none: 'None', 'first aid': 'First aid', medical: 'Medical treatment', hospital: 'Hospital', death: 'Death' },
  roles: { victim: 'Victim', subject: 'Subject', witness: 'Witness', reporter: 'Reporter' },
  things: { vehicle: 'Vehicle', item: 'Item', document: 'Document', 'data-carrier': 'Data carrier', weapon: 'Weapon', substance: 'Substance', drone: 'Drone', organisation: 'Organisation', other: 'Other' },
  losses: { property: 'Property', stock: 'Stock', cash: 'Cash', data: 'Data', damage: 'Damage', response: 'Response', interruption: 'Interruption', other: 'Other' },
  log: { note: 'Note', decision: 'Decision', action: 'Action', contact: 'Contact', observation: 'Observation', order: 'Order' },
  decisions: { met: 'Met', 'not-due': 'Not due', 'handed-over': 'Handed over', open: 'Not decided' },
} as const;
