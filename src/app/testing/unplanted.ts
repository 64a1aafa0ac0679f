/** Columns of what may stand behind a wall that take nobody's words, by what keeps them out; each was tried. */
export const NO_WORDS: Readonly<Record<string, readonly string[]>> = {
  'a check lists the codes that may stand there': [
    'alarms.alarm.handling', 'alarms.alarm_signal.effect', 'alarms.clip.why', 'alarms.picture.why', 'cases.allegation.finding', 'cases.case.outcome', 'cases.case.source', 'cases.case.state', 'cases.element.state', 'cases.person.role', 'cases.review.verdict', 'deliver.attempt.result', 'deliver.delivery.channel', 'deliver.delivery.state', 'files.preview.state', 'files.upload.state', 'identity.glass_entry.verdict', 'identity.wall_event.verb', 'incidents.activation.mode', 'incidents.command_position.kind', 'incidents.breach.risk', 'incidents.breach_notice.clock', 'incidents.cost_line.kind', 'incidents.fact_edit.field', 'incidents.form_sheet.form', 'incidents.incident.state', 'incidents.incident_merge.was_state',
    'incidents.log_entry.kind', 'incidents.loss.kind', 'incidents.need.state', 'incidents.objective.state', 'incidents.person_involved.injury', 'incidents.person_involved.role', 'incidents.reported_need.became', 'incidents.resource.kind', 'incidents.resource.state', 'incidents.resource_move.became', 'incidents.resource_move.verb', 'incidents.resource_move.was', 'incidents.review.state', 'incidents.review_action.element', 'incidents.review_observation.kind', 'incidents.thing_involved.kind', 'incidents.transfer.state', 'notify.escalation.state', 'signals.source.key_in', 'signals.source.protocol', 'signals.source.state',
    'retention.hold.state', 'retention.run_item.state', 'tasks.task.state', 'thread.link.kind', 'two_person.decision.review', 'two_person.decision.state',
  ],
  'a trigger keeps a legal hold as it was placed': ['retention.hold.number'],
  'a check asks for three capital letters': ['cases.loss.currency', 'incidents.cost_line.currency', 'incidents.loss.currency'],
  'a check fixes the number of bytes, of a hash, a key or a salt': ['files.file.address', 'files.file.data_key', 'files.file.sha256', 'files.upload.data_key', 'ledger.erasable.salt'],
  'a check keeps it empty behind a wall': ['deliver.delivery.topic'],
  'a check keeps runs of procedures in the open': ['procedures.entry.answer', 'procedures.entry.note', 'procedures.entry.step_id', 'procedures.entry.what', 'procedures.run.number', 'procedures.run.state', 'procedures.run.title'],
  'it is a sum that a trigger computes from the losses': ['incidents.incident.losses'],
};

/** Tables that hold nothing of any record, by what they hold instead; after everything was done no word of it stands there. */
export const OF_NO_RECORD: Readonly<Record<string, readonly string[]>> = {
  'who people are and what they may': ['access.grant', 'access.lens', 'access.person', 'access.role', 'access.role_permission', 'identity.handover', 'identity.turn', 'people.person'],
  'how people sign in': ['access.session', 'identity.attempt', 'identity.ceremony', 'identity.credential', 'identity.link', 'identity.passkey', 'identity.proof', 'identity.provider', 'identity.provider_session', 'identity.recovery_code', 'identity.reset_link', 'identity.totp'],
  'what who breaks a glass wrote before it was broken': ['identity.glass_ask'],
  'the organisation, its sites and what comes on the wire, none of it walled': ['identity.organisation', 'sites.plan', 'sites.site', 'signals.heard', 'signals.quarantine', 'signals.refusal', 'signals.signal'],
  'rules, which stand behind no wall, and what they were tried on': ['alarms.back_test_alarm', 'alarms.rationale', 'alarms.rule', 'alarms.rule_memory', 'alarms.rule_version'],
  'notifications, which stand behind no wall and name nothing that does': ['notices.expected', 'notices.gateway', 'notices.muster', 'notices.notice', 'notices.recipient', 'notices.send', 'notices.attempt', 'notices.template', 'notices.tongue'],
  'shifts of the Watch, which stand behind no wall': ['alarms.hand_over', 'alarms.shift', 'alarms.shift_entry'],
  'what does not ring for a time, which stands behind no wall': ['alarms.control', 'alarms.held_signal', 'alarms.on_test', 'alarms.runaway', 'alarms.test_point'],
  'what an hour costs, which is of no incident': ['incidents.hourly_rate'],
  'devices, which stand behind no wall': ['devices.device', 'devices.fault', 'devices.health', 'devices.model', 'devices.plate', 'devices.point', 'devices.reckoning'],
  'what figures are to keep to, which stands behind no wall': ['metrics.target'],
  'sums and what was counted for them, none of it walled': ['metrics.cutoff', 'metrics.frozen_fact', 'metrics.frozen_figure'],
  'work on devices, which stands behind no wall': ['workorders.part', 'workorders.plan', 'workorders.retest', 'workorders.round', 'workorders.visit', 'workorders.workorder'],
  'exercises, which stand behind no wall': ['exercises.action', 'exercises.exercise', 'exercises.expectation', 'exercises.inject', 'exercises.objective', 'exercises.observation', 'exercises.participant'],
  'what is protected and how it could be reached, which stands behind no wall': ['risk.asset', 'risk.live', 'risk.protection', 'risk.scenario'],
  'wishes and devices of a person': ['deliver.device', 'deliver.webhook', 'notify.wish', 'offline.device'],
  'people and groups as the company’s directory gives them': ['directory.arrival', 'directory.directory', 'directory.given', 'directory.group', 'directory.mapping', 'directory.person'],
  'alarms of the past out of files of other systems, which stand behind no wall': ['alarms.analysis', 'alarms.past'],
  'files of sites, people and open records that somebody brings in': ['imports.import', 'imports.known', 'imports.mapping', 'imports.outcome', 'imports.part'],
  'settings and the state of the system': ['backup.run', 'backup.setting', 'convergence.destination', 'convergence.message', 'deliver.vapid', 'health.check', 'health.process', 'live.mark_key', 'net.allowance', 'net.target', 'notify.ladder', 'platform.migration', 'witness.standing'],
  'how long things are kept, and how much a run counted': ['retention.hanging', 'retention.kind', 'retention.run', 'retention.run_count', 'retention.run_walled', 'retention.schedule'],
  'what procedures say, the same for everybody': ['procedures.handled', 'procedures.procedure', 'procedures.version'],
  'what people ask about themselves, and what was released to who handles it': ['subjects.ask', 'subjects.behind', 'subjects.concern', 'subjects.finding', 'subjects.item', 'subjects.package', 'subjects.request'],
  'hashes and heads': ['ledger.head', 'ledger.tile'],
  'jobs, which import sites and verify the ledger': ['graphile_worker._private_job_queues', 'graphile_worker._private_jobs', 'graphile_worker._private_known_crontabs', 'graphile_worker._private_tasks', 'jobs.content', 'jobs.job', 'jobs.runner'],
  'where the bytes of a file are damaged': ['files.damage'],
};
