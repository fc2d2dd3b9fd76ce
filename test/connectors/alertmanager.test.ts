import { alertmanagerKind } from '../../main/sources/alertmanager/connector.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import {
  password,
  startAlertmanagerStandIn,
  type AlertmanagerStandIn,
} from './alertmanager/stand-in.ts';

const one: ConnectorCase = {
  kind: alertmanagerKind,
  start: startAlertmanagerStandIn,
  settings: ({ url }) => ({ urls: [url], login: 'basic', user: 'ada' }),
  secrets: { password },
  wrongSecrets: { password: 'wrong-Eeg5chah' },
  settlingPolls: 2,
  severities: {
    critical: 'critical',
    page: 'critical',
    error: 'high',
    warning: 'warning',
    info: 'info',
    none: 'info',
  },
  unknownSeverity: 'purple',
  absentSeverity: 'warning',
  paging: { why: 'the API answers with everything at once' },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'it restarted a moment ago': (upstream) => {
      upstream.show([]);
      (upstream as AlertmanagerStandIn).startedAt = Date.now() - 5_000;
    },
  },
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);
