import { nagiosKind } from '../../main/sources/nagios/connector.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { password, startNagiosStandIn, type NagiosStandIn } from './nagios/stand-in.ts';

const one: ConnectorCase = {
  kind: nagiosKind,
  start: startNagiosStandIn,
  settings: ({ url }) => ({ url: `${url}/nagios4/cgi-bin/`, login: 'basic', user: 'ada' }),
  secrets: { password },
  wrongSecrets: { password: 'wrong-Vae3ienu' },
  severities: {
    down: 'critical',
    critical: 'critical',
    unreachable: 'high',
    unknown: 'high',
    warning: 'warning',
  },
  unknownSeverity: 'purple',
  absentSeverity: { why: 'a host or service always has a state' },
  paging: { why: 'pages of its lists would tell of different moments; one answer holds all' },
  zones: { why: 'times are milliseconds since 1970' },
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'Nagios was killed, and its pages show the old states': (upstream) => {
      (upstream as NagiosStandIn).stoppedSinceMs = Date.now() - 120_000;
    },
    'Nagios was stopped, and its pages are empty': (upstream) => {
      (upstream as NagiosStandIn).isGone = true;
    },
    'the user has no rights (any more)': (upstream) => {
      (upstream as NagiosStandIn).hasRights = false;
    },
    'two names that it cannot write share one key': (upstream) => {
      (upstream as NagiosStandIn).lostNames = 2;
    },
  },
};

describeConnector(one, [
  'acknowledge',
  'unacknowledge',
  'silence',
  'extend_silence',
  'unsilence',
  'comment',
]);
