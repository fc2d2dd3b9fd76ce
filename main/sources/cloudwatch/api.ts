/** The calls, signed, at one region with the keys of one account. */
import { scrubText } from '../../logging.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue, oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import {
  WireAlarms,
  WireHistory,
  WireMuteRule,
  WireMuteRules,
  WireMuteRuleSummary,
} from './parse.ts';
import { signed, type Credentials } from './signature.ts';

const pageSize = 100;
const mostPages = 200;
const bothTypes = ['MetricAlarm', 'CompositeAlarm'];

export interface Target {
  /** The profile; empty for keys of the settings. */
  readonly profile: string;
  readonly region: string;
  readonly url: string;
  credentials(): Promise<Credentials>;
}

/** For people. */
export const targetName = ({ profile, region }: Target): string =>
  profile === '' ? region : `${profile} in ${region}`;

/** A refusal that has a name of AWS. */
class AwsError extends SourceError {
  override readonly name = 'AwsError';
  readonly awsCode: string;

  constructor(awsCode: string, ...rest: ConstructorParameters<typeof SourceError>) {
    super(...rest);
    this.awsCode = awsCode;
  }
}

export const hasAwsCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof AwsError && codes.includes(error.awsCode);

const throttled = new Set(['Throttling', 'RequestLimitExceeded', 'TooManyRequests', 'SlowDown']);
const badLogin = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClient',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'InvalidSignature',
  'MissingAuthenticationToken',
  'AuthFailure',
  'OptInRequired',
]);
const expired = new Set(['ExpiredToken', 'RequestExpired']);

/** `com.amazonaws.cloudwatch#ThrottlingException`, or the code of the older protocol: `Throttling`. */
function codeOf({ body, headers }: HttpAnswer): string {
  const { __type, code } = (body ?? {}) as { __type?: unknown; code?: unknown };
  const queryError = headers['x-amzn-query-error']?.split(';', 1)[0];
  const told = typeof __type === 'string' ? __type : typeof code === 'string' ? code : queryError;
  return (told ?? '').replace(/^.*#/, '').replace(/(Exception|Fault)$/, '');
}

function refusal(answer: HttpAnswer, target: Target, clean: (text: string) => string): SourceError {
  const code = codeOf(answer);
  const { message, Message } = (answer.body ?? {}) as { message?: unknown; Message?: unknown };
  const text = typeof message === 'string' ? message : typeof Message === 'string' ? Message : '';
  const said = clean(oneLine(text.replace(/[\p{Cc}\p{Cf}]+/gu, ' '))).slice(0, 200);
  const where = targetName(target);
  const tail = said === '' ? '.' : `: ${said}`;
  if (throttled.has(code)) {
    return new AwsError(
      code,
      'source.unreachable',
      `CloudWatch (${where}) says too many requests${tail}`,
      {
        next: 'Nightdesk waits and tries again. A longer interval helps if it stays.',
        retryAfterMs: 30_000,
      },
    );
  }
  if (expired.has(code)) {
    return new AwsError(
      code,
      'source.unauthorized',
      `The keys of ${where} have expired (${code})${tail}`,
      {
        next: 'Enter new keys, or log in again with the tool that writes the profile. Check the clock of this computer, too.',
        isRetryable: false,
      },
    );
  }
  if (badLogin.has(code)) {
    return new AwsError(
      code,
      'source.unauthorized',
      `CloudWatch (${where}) refused the login (${code})${tail}`,
      {
        next: 'Check the access key ID and the secret access key, and that the region is enabled for this account.',
        isRetryable: false,
      },
    );
  }
  if (code === 'AccessDenied' || answer.status === 403) {
    return new AwsError(code, 'source.unauthorized', `CloudWatch (${where}) forbids this${tail}`, {
      next: 'Allow cloudwatch:DescribeAlarms and cloudwatch:DescribeAlarmHistory on all resources (*) to this user.',
      isRetryable: false,
    });
  }
  return new AwsError(
    code,
    'source.rejected',
    `CloudWatch (${where}) rejected the request (${code || answer.status})${tail}`,
    {
      next: 'Read its reason above.',
    },
  );
}

const misread = (target: Target, what: string): SourceError =>
  new SourceError(
    'source.misconfigured',
    `${new URL(target.url).host} answered, but not like CloudWatch: ${what}.`,
    { next: 'Check the address of this source, and the proxy in front of it.' },
  );

export interface AlarmQuery {
  readonly state?: 'ALARM' | 'INSUFFICIENT_DATA';
  readonly names?: readonly string[];
}

export function createApi(options: {
  readonly http: HttpClient;
  readonly now: () => number;
  readonly secrets: readonly string[];
}) {
  const { http } = options;
  /** Upstream clock minus ours: a signature is refused when its time is off by minutes. */
  let skewMs: number | null = null;

  async function call(
    target: Target,
    operation: string,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const credentials = await target.credentials();
    const { secretAccessKey, sessionToken } = credentials;
    const hidden = [...options.secrets, secretAccessKey, sessionToken ?? ''].filter(Boolean);
    const clean = (text: string): string =>
      hidden.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), scrubText(text));
    const text = JSON.stringify(input);
    const send = (atMs: number): Promise<HttpAnswer> =>
      http.request({
        method: 'POST',
        url: target.url,
        headers: signed(
          {
            method: 'POST',
            url: target.url,
            headers: {
              'content-type': 'application/x-amz-json-1.0',
              'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
            },
            body: text,
            service: 'monitoring',
            region: target.region,
            atMs,
          },
          credentials,
        ),
        text,
        acceptStatus: [400, 403],
        signal,
      });
    const isOff = Math.abs(skewMs ?? 0) > 60_000;
    let answer = await send(options.now() + (isOff ? (skewMs ?? 0) : 0));
    const measured = answer.clockSkewMs;
    if (answer.status !== 200 && !isOff && measured !== null && Math.abs(measured) > 60_000) {
      // Our clock is wrong, or theirs: once more by theirs, before anybody doubts the keys.
      answer = await send(options.now() + measured);
    }
    skewMs = answer.clockSkewMs ?? skewMs;
    if (answer.status < 200 || answer.status >= 300) throw refusal(answer, target, clean);
    if (answer.body === undefined) {
      throw new SourceError(
        'source.unreachable',
        `CloudWatch (${targetName(target)}) answered with nothing at all.`,
        {
          next: 'Nightdesk keeps trying. Look at the proxy in front of it.',
        },
      );
    }
    return answer.body;
  }

  /** All pages. @throws SourceError also when they do not end */
  async function pages<Page extends { readonly NextToken?: string | undefined }>(
    target: Target,
    ask: (token: string | undefined) => Promise<Page>,
  ): Promise<Page[]> {
    const read: Page[] = [];
    const tokens = new Set<string>();
    let token: string | undefined;
    do {
      const page = await ask(token);
      read.push(page);
      token = page.NextToken === '' ? undefined : page.NextToken;
      if (token !== undefined && tokens.has(token)) throw misread(target, 'a page follows itself');
      if (tokens.size >= mostPages) throw misread(target, `more than ${mostPages} pages`);
      if (token !== undefined) tokens.add(token);
    } while (token !== undefined);
    return read;
  }

  const describe = async (
    target: Target,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ) => {
    const body = await call(target, 'DescribeAlarms', { ...input, AlarmTypes: bothTypes }, signal);
    const parsed = WireAlarms.safeParse(body);
    if (!parsed.success) throw misread(target, firstIssue(parsed.error));
    return parsed.data;
  };

  return {
    skewMs: () => skewMs,

    /** Unchecked items: they are compared with the last answer before they are validated. */
    async alarms(
      target: Target,
      query: AlarmQuery,
      signal: AbortSignal,
    ): Promise<readonly unknown[]> {
      const { state, names } = query;
      const input = {
        ...(state === undefined ? {} : { StateValue: state }),
        ...(names === undefined ? {} : { AlarmNames: names }),
        MaxRecords: pageSize,
      };
      const list = async () =>
        pages(target, (token) =>
          describe(
            target,
            { ...input, ...(token === undefined ? {} : { NextToken: token }) },
            signal,
          ),
        );
      let read: Awaited<ReturnType<typeof list>>;
      try {
        read = await list();
      } catch (error) {
        // The list moved under us: from its beginning, once.
        if (!hasAwsCode(error, 'InvalidNextToken')) throw error;
        read = await list();
      }
      return read.flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) => [
        ...MetricAlarms,
        ...CompositeAlarms,
      ]);
    },

    /** Whether there is any alarm at all, in whatever state: the proof that an empty list was looked for in the right place. */
    async knowsAny(target: Target, signal: AbortSignal): Promise<boolean> {
      const {
        MetricAlarms = [],
        CompositeAlarms = [],
        NextToken,
      } = await describe(target, { MaxRecords: 1 }, signal);
      return MetricAlarms.length > 0 || CompositeAlarms.length > 0 || NextToken !== undefined;
    },

    /** Changes of state, oldest first. */
    async history(
      target: Target,
      type: 'MetricAlarm' | 'CompositeAlarm',
      fromMs: number,
      untilMs: number,
      signal: AbortSignal,
    ): Promise<readonly unknown[]> {
      const read = await pages(target, async (token) => {
        const body = await call(
          target,
          'DescribeAlarmHistory',
          {
            AlarmTypes: [type],
            HistoryItemType: 'StateUpdate',
            StartDate: Math.floor(fromMs / 1_000),
            EndDate: Math.ceil(untilMs / 1_000),
            ScanBy: 'TimestampAscending',
            MaxRecords: pageSize,
            ...(token === undefined ? {} : { NextToken: token }),
          },
          signal,
        );
        const parsed = WireHistory.safeParse(body);
        if (!parsed.success) throw misread(target, firstIssue(parsed.error));
        return parsed.data;
      });
      return read.flatMap(({ AlarmHistoryItems }) => AlarmHistoryItems);
    },

    async muteRules(target: Target, signal: AbortSignal) {
      const read = await pages(target, async (token) => {
        const body = await call(
          target,
          'ListAlarmMuteRules',
          {
            Statuses: ['ACTIVE'],
            MaxRecords: pageSize,
            ...(token === undefined ? {} : { NextToken: token }),
          },
          signal,
        );
        const parsed = WireMuteRules.safeParse(body);
        if (!parsed.success) throw misread(target, firstIssue(parsed.error));
        return parsed.data;
      });
      return read
        .flatMap(({ AlarmMuteRuleSummaries = [] }) => AlarmMuteRuleSummaries)
        .flatMap((raw) => {
          const summary = WireMuteRuleSummary.safeParse(raw);
          return summary.success ? [summary.data] : [];
        });
    },

    /** The names of the alarms that a rule mutes. */
    async mutedBy(target: Target, name: string, signal: AbortSignal): Promise<readonly string[]> {
      const body = await call(target, 'GetAlarmMuteRule', { AlarmMuteRuleName: name }, signal);
      const rule = WireMuteRule.safeParse(body);
      return rule.success ? (rule.data.MuteTargets?.AlarmNames ?? []) : [];
    },
  };
}
export type CloudWatchApi = ReturnType<typeof createApi>;
