/** Mappings for answers that many people have. Whatever a person leaves empty is taken from the chosen one. */

export const presetNames = [
  'none',
  'alertmanager',
  'datadog-groups',
  'healthchecks',
  'nagios',
  'statuspage',
  'uptime-kuma',
] as const;
export type PresetName = (typeof presetNames)[number];

/** What the form's fields of the same names hold. */
export interface Preset {
  readonly items: string;
  readonly fields: readonly string[];
  readonly statuses?: readonly string[];
  readonly severities?: readonly string[];
  readonly resolved?: readonly string[];
  readonly acknowledged?: readonly string[];
  readonly suppressed?: readonly string[];
  readonly proof?: readonly string[];
  readonly dataAt?: string;
  readonly isEmptyQuiet?: boolean;
}

export const presets: Readonly<Record<PresetName, Preset>> = {
  none: { items: '$', fields: [] },

  // GET …/api/v2/alerts
  alertmanager: {
    items: '$',
    fields: [
      'id = $.fingerprint',
      'title = $.annotations.summary',
      'title = $.labels.alertname',
      'summary = $.annotations.description',
      'status = $.status.state',
      'severity = $.labels.severity',
      'service = $.labels.service',
      'service = $.labels.job',
      'startsAt = $.startsAt',
      'url = $.generatorURL',
      'labels = $.labels',
      'annotations = $.annotations',
      'same = alertmanager:${$.fingerprint}',
    ],
    statuses: ['active = firing', 'unprocessed = firing', 'suppressed = suppressed'],
  },

  // GET https://api.…/api/v1/monitor/groups/search
  'datadog-groups': {
    items: '$.groups',
    fields: [
      'id = ${$.monitor_id}:${$.group}',
      'title = ${$.monitor_name} ${$.group}',
      'status = $.status',
      'severity = $.status',
      'startsAt = $.last_triggered_ts',
      'labels = $.group_tags',
      'label.alertname = $.monitor_name',
    ],
    statuses: [
      'alert = firing',
      'warn = firing',
      'no data = firing',
      'unknown = firing',
      'ok = resolved',
      'ignored = resolved',
      'skipped = resolved',
    ],
    severities: ['alert = critical', 'warn = warning', 'no data = warning', 'unknown = high'],
  },

  // GET …/api/v3/checks/ with the header X-Api-Key. An account without checks is no proof of anything.
  healthchecks: {
    items: '$.checks',
    fields: [
      'id = $.unique_key',
      'id = $.uuid',
      'title = $.name',
      'title = $.slug',
      'summary = $.desc',
      'status = $.status',
      'severity = $.status',
      'startsAt = $.next_ping',
      'label.alertname = $.name',
      'label.tags = $.tags',
    ],
    statuses: [
      'down = firing',
      'grace = firing',
      'up = resolved',
      'started = resolved',
      'new = resolved',
      'paused = resolved',
    ],
    severities: ['down = critical', 'grace = info'],
  },

  // GET …/statusjson.cgi?query=servicelist&details=true&formatoptions=enumerate: all services, since a user without rights
  // gets an empty list that looks like quiet.
  nagios: {
    items: '$.data.servicelist.*.*',
    fields: [
      'id = ${@key1}!${@key2}',
      'title = ${@key2} on ${@key1}',
      'summary = $.plugin_output',
      'status = $.status',
      'severity = $.status',
      'startsAt = $.last_hard_state_change',
      'service = $.host_name',
      'label.alertname = @key2',
      'label.host = @key1',
      'label.service = @key2',
    ],
    statuses: [
      'critical = firing',
      'warning = firing',
      'unknown = firing',
      'ok = resolved',
      'pending = resolved',
    ],
    severities: ['critical = critical', 'warning = warning', 'unknown = high'],
    acknowledged: ['$.problem_has_been_acknowledged'],
    suppressed: ['$.scheduled_downtime_depth > 0'],
    proof: ['$.result.type_code = 0'],
    dataAt: '$.result.last_data_update',
  },

  // GET …/api/v2/summary.json
  statuspage: {
    items: '$.incidents',
    fields: [
      'id = $.id',
      'title = $.name',
      'summary = $.incident_updates[0].body',
      'status = $.status',
      'severity = $.impact',
      'startsAt = $.started_at',
      'startsAt = $.created_at',
      'url = $.shortlink',
      'label.alertname = $.name',
      'label.component = $.components[*].name',
    ],
    statuses: [
      'investigating = firing',
      'identified = firing',
      'monitoring = acknowledged',
      'resolved = resolved',
      'postmortem = resolved',
    ],
    severities: ['critical = critical', 'major = high', 'minor = warning', 'none = info'],
    proof: ['$.page.id != ""'],
    isEmptyQuiet: true,
  },

  // GET …/api/status-page/heartbeat/NAME: the newest beat of each monitor. Its time moves, so it is no start.
  'uptime-kuma': {
    items: '$.heartbeatList.*[-1]',
    fields: [
      'id = @key1',
      'title = Monitor ${@key1}',
      'summary = $.msg',
      'status = $.status',
      'severity = $.status',
      'label.alertname = Monitor ${@key1}',
    ],
    statuses: ['0 = firing', '1 = resolved', '2 = firing', '3 = suppressed'],
    severities: ['0 = critical', '2 = info', '3 = info'],
  },
};
