/** CloudWatch as far as Nightdesk asks it, in every region of one account: it checks signatures, and refuses what the real one refuses. */
import { createHash, createHmac } from 'node:crypto';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';

export const accessKeyId = 'AKIDNIGHTDESKTEST';
export const secretAccessKey = 'wJ+Roh3/ieb7Oon9Aiqu0Thae4quoh/aiPhahth6';
export const region = 'eu-central-1';
const account = '123456789012';

export interface CloudWatchStandIn extends Upstream {
  /** Keys that are taken, by ID. */
  keys: Map<string, { secret: string; token?: string; account: string }>;
  /** Regions in which there is one alarm that is always OK. */
  wellRegions: Set<string>;
  /** Answers requests before they are looked at. */
  intercept: ((operation: string, input: Input, region: string) => StandInAnswer | null) | null;
  /** Laid over an alarm, by its key. */
  more: Map<string, Record<string, unknown>>;
  history: Record<string, unknown>[];
  muteRules: Map<string, readonly string[]>;
  pageSize: number;
}

type Input = Record<string, unknown>;

const refuse = (status: number, type: string, message: string): StandInAnswer => ({
  status,
  json: { __type: type, message },
  headers: { 'content-type': 'application/x-amz-json-1.0' },
});

const members: Record<string, readonly string[]> = {
  DescribeAlarms: ['AlarmNames', 'AlarmTypes', 'StateValue', 'MaxRecords', 'NextToken'],
  DescribeAlarmHistory: [
    'AlarmTypes',
    'HistoryItemType',
    'StartDate',
    'EndDate',
    'ScanBy',
    'MaxRecords',
    'NextToken',
  ],
  ListAlarmMuteRules: ['AlarmName', 'Statuses', 'MaxRecords', 'NextToken'],
  GetAlarmMuteRule: ['AlarmMuteRuleName'],
};

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Written anew from what AWS documents, so that it shares no mistake with the signer that it checks. */
function signatureOf(
  request: StandInRequest,
  secret: string,
  scope: string,
  names: string,
): string {
  const headers = names
    .split(';')
    .map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
    .join('');
  const canonical = `${request.method}\n${request.path}\n\n${headers}\n${names}\n${sha(request.text)}`;
  const text = `AWS4-HMAC-SHA256\n${String(request.headers['x-amz-date'])}\n${scope}\n${sha(canonical)}`;
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(text).digest('hex');
}

export async function startCloudWatchStandIn(): Promise<CloudWatchStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  let now = 0;

  const seconds = (ms: number): number => Math.round(ms) / 1_000;

  function alarmOf(shown: ShownAlarm, owner: string, at: string): Record<string, unknown> {
    const isComposite = shown.key.startsWith('c');
    const severity =
      shown.severity === undefined || shown.severity === null ? '' : `severity: ${shown.severity} `;
    return {
      ...(shown.broken === 'identity'
        ? {}
        : { AlarmArn: `arn:aws:cloudwatch:${at}:${owner}:alarm:${shown.key}` }),
      AlarmName: shown.broken === 'item' ? 7 : shown.name,
      AlarmDescription: `${severity}${shown.text ?? ''}`,
      StateValue: 'ALARM',
      StateReason: `Threshold Crossed ${shown.text ?? ''}`,
      StateUpdatedTimestamp: seconds(shown.since ?? now),
      StateTransitionedTimestamp: seconds(shown.since ?? now),
      ActionsEnabled: true,
      ...(isComposite
        ? { AlarmRule: 'ALARM("x")' }
        : {
            MetricName: 'CPUUtilization',
            Namespace: 'AWS/EC2',
            Dimensions: [{ Name: 'InstanceId', Value: `i-${shown.key}` }],
            Period: 60,
          }),
      ...self.more.get(shown.key),
    };
  }

  const well = (owner: string, at: string): Record<string, unknown> => ({
    AlarmArn: `arn:aws:cloudwatch:${at}:${owner}:alarm:well`,
    AlarmName: 'well',
    StateValue: 'OK',
    StateUpdatedTimestamp: 1_795_000_000,
    Namespace: 'AWS/EC2',
    MetricName: 'CPUUtilization',
    ActionsEnabled: true,
  });

  function paged<Item>(all: readonly Item[], input: Input): { page: Item[]; token: Input } | null {
    const at = input['NextToken'] === undefined ? 0 : Number(input['NextToken']);
    if (!Number.isInteger(at)) return null;
    const size = Math.min(Number(input['MaxRecords'] ?? self.pageSize), self.pageSize);
    const page = all.slice(at, at + size);
    return { page, token: at + size < all.length ? { NextToken: String(at + size) } : {} };
  }

  function answer(operation: string, input: Input, owner: string, at: string): StandInAnswer {
    const types = (input['AlarmTypes'] as string[] | undefined) ?? ['MetricAlarm'];
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    const badToken = refuse(400, 'com.amazonaws.cloudwatch#InvalidNextToken', 'bad token');
    if (operation === 'DescribeAlarms') {
      const names = input['AlarmNames'] as string[] | undefined;
      const all = [
        ...(self.wellRegions.has(at) ? [well(owner, at)] : []),
        ...alarms.map((one) => alarmOf(one, owner, at)),
      ].filter(
        (alarm) =>
          (input['StateValue'] === undefined || alarm['StateValue'] === input['StateValue']) &&
          (names === undefined || names.includes(String(alarm['AlarmName']))) &&
          types.includes('AlarmRule' in alarm ? 'CompositeAlarm' : 'MetricAlarm'),
      );
      const found = paged(all, input);
      if (found === null) return badToken;
      return {
        json: {
          MetricAlarms: found.page.filter((alarm) => !('AlarmRule' in alarm)),
          CompositeAlarms: found.page.filter((alarm) => 'AlarmRule' in alarm),
          ...found.token,
        },
        headers,
      };
    }
    if (operation === 'DescribeAlarmHistory') {
      const all = self.history.filter(
        (item) =>
          types.includes(String(item['AlarmType'])) &&
          Number(item['Timestamp']) >= Number(input['StartDate']) &&
          Number(item['Timestamp']) <= Number(input['EndDate']),
      );
      const found = paged(all, input);
      return found === null
        ? badToken
        : { json: { AlarmHistoryItems: found.page, ...found.token }, headers };
    }
    if (operation === 'ListAlarmMuteRules') {
      return {
        json: {
          AlarmMuteRuleSummaries: [...self.muteRules.keys()].map((name) => ({
            AlarmMuteRuleArn: `arn:aws:cloudwatch:${at}:${owner}:alarm-mute-rule:${name}`,
            Status: 'ACTIVE',
            LastUpdatedTimestamp: 1_795_000_000,
          })),
        },
        headers,
      };
    }
    const name = String(input['AlarmMuteRuleName']);
    const targets = self.muteRules.get(name);
    return targets === undefined
      ? refuse(404, 'ResourceNotFoundException', 'no such rule')
      : { json: { Name: name, MuteTargets: { AlarmNames: targets } }, headers };
  }

  const standIn = await startStandIn('cloudwatch', (request): StandInAnswer => {
    now = Date.now() + self.skewMs;
    if (request.method !== 'POST' || !/^\/[a-z]{2}-[a-z]+-\d\/$/.test(request.path)) {
      return { status: 404, text: '' };
    }
    if (request.headers['content-type'] !== 'application/x-amz-json-1.0') {
      return refuse(400, 'SerializationException', 'content type');
    }
    const authorization =
      /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8}\/([\w-]+)\/monitoring\/aws4_request), SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
        request.headers.authorization ?? '',
      );
    if (authorization === null) {
      return refuse(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    const [, id = '', scope = '', scopeRegion = '', names = '', signature] = authorization;
    const key = self.keys.get(id);
    if (key === undefined) {
      return refuse(403, 'UnrecognizedClientException', 'The security token is invalid.');
    }
    if (request.headers['x-amz-security-token'] !== key.token) {
      return refuse(403, 'ExpiredTokenException', 'The security token is expired.');
    }
    for (const name of ['host', 'x-amz-date', 'x-amz-target', 'content-type']) {
      if (!names.split(';').includes(name)) {
        return refuse(403, 'IncompleteSignatureException', `${name} is not signed`);
      }
    }
    if (
      scopeRegion !== request.path.slice(1, -1) ||
      signature !== signatureOf(request, key.secret, scope, names)
    ) {
      return refuse(
        403,
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided.',
      );
    }
    const date = String(request.headers['x-amz-date']);
    const at = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (Number.isNaN(at) || Math.abs(at - now) > 300_000) {
      return refuse(403, 'InvalidSignatureException', 'Signature expired.');
    }
    const operation =
      /^GraniteServiceVersion20100801\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1] ??
      '';
    const input = request.json as Input;
    const allowed = members[operation];
    if (allowed === undefined) return refuse(400, 'UnknownOperationException', operation);
    const stranger = Object.keys(input).find((name) => !allowed.includes(name));
    if (stranger !== undefined) return refuse(400, 'ValidationException', stranger);
    const records = Number(input['MaxRecords'] ?? 1);
    if (records < 1 || records > 100) return refuse(400, 'ValidationException', 'MaxRecords');
    if (((input['AlarmNames'] as string[] | undefined) ?? []).length > 100) {
      return refuse(400, 'ValidationException', 'AlarmNames');
    }
    return (
      self.intercept?.(operation, input, scopeRegion) ??
      answer(operation, input, key.account, scopeRegion)
    );
  });

  const self: CloudWatchStandIn = Object.assign(standIn, {
    keys: new Map([
      [
        accessKeyId,
        { secret: secretAccessKey, account } as { secret: string; token?: string; account: string },
      ],
    ]),
    wellRegions: new Set([region]),
    intercept: null,
    more: new Map<string, Record<string, unknown>>(),
    history: [] as Record<string, unknown>[],
    muteRules: new Map<string, readonly string[]>(),
    pageSize: 100,
    show(shown: readonly ShownAlarm[]) {
      alarms = shown;
    },
    // Nothing is ever written there.
    effects: () => ({
      isAcknowledged: false,
      acknowledgements: 0,
      comments: [],
      silencedUntil: [],
      isResolved: false,
    }),
  });
  return self;
}
