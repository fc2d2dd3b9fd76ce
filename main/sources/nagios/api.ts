/**
 * The JSON CGIs of one Nagios. Every error comes with HTTP 200, and a Nagios that does not run answers with nothing at all.
 */
import { z } from 'zod';
import { loginHeaders } from '../fields.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { firstIssue } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import {
  AlertList,
  CommentList,
  Definition,
  DowntimeList,
  Envelope,
  externalIdOf,
  HostCount,
  HostList,
  ProgramStatus,
  readable,
  ServiceCount,
  ServiceList,
  WireAlert,
  WireComment,
  WireDowntime,
} from './parse.ts';
import type { NagiosSettings } from './settings.ts';

/**
 * The CGI takes the first locale of this list that its machine has, and writes texts that its locale cannot express as
 * empty ones. Machines without any named locale have C.UTF-8, which this odd last entry finds.
 */
const languages = 'en-US,C-UTF8;q=0.5';

/** What every answer tells besides its data. */
export interface Told {
  readonly queryTimeMs: number;
  readonly programStartMs: number;
  /** Null where that CGI reads no status. */
  readonly updatedMs: number | null;
  readonly clockSkewMs: number | null;
}

export interface Answered<Data> extends Told {
  readonly data: Data;
}

type Cgi = 'statusjson.cgi' | 'objectjson.cgi' | 'archivejson.cgi';
type Parameters = Readonly<Record<string, string>>;

const troubled = {
  hosts: { hoststatus: 'down unreachable' },
  services: { servicestatus: 'warning critical unknown' },
};

export type NagiosApi = ReturnType<typeof createApi>;

export function createApi(
  http: HttpClient,
  settings: NagiosSettings,
  secrets: Readonly<Record<string, string>>,
) {
  const base = settings.url;
  const { host } = new URL(base);
  const headers = { ...loginHeaders(settings, secrets), 'accept-language': languages };
  const group: Parameters = settings.hostGroup === '' ? {} : { hostgroup: settings.hostGroup };

  const notNagios = (what: string): SourceError =>
    new SourceError('source.misconfigured', `${host} answered, but not like Nagios: ${what}.`, {
      next: 'Check the address: it is the folder that holds statusjson.cgi.',
    });

  function refusal({ type_code: code, type_text: text, message }: Envelope['result']): SourceError {
    const said = `Nagios at ${host} answers: ${text}${message === '' ? '' : ` (${message})`}`;
    // 1: no memory, 2: a file of it cannot be read.
    return code <= 2
      ? new SourceError('source.unreachable', `${said}.`, {
          next: 'See whether Nagios itself runs on that machine, not only its web server.',
        })
      : new SourceError('source.misconfigured', `${said}.`, {
          next: 'Check the settings of this source against what Nagios knows.',
        });
  }

  const get = (
    cgi: Cgi,
    parameters: Parameters,
    signal: AbortSignal,
    expect: 'json' | 'text' = 'json',
  ): Promise<HttpAnswer> =>
    http.request({
      // A space between words becomes a plus, which is what the CGI splits at.
      url: joinUrl(base, `${cgi}?${new URLSearchParams(parameters).toString()}`),
      headers,
      expect,
      signal,
    });

  /** Without its status file a CGI claims to send JSON, and sends a line break. */
  async function isBlank(parameters: Parameters, signal: AbortSignal): Promise<boolean> {
    try {
      const answer = await get('statusjson.cgi', parameters, signal, 'text');
      const isJson = (answer.headers['content-type'] ?? '').includes('json');
      return isJson && typeof answer.body === 'string' && answer.body.trim() === '';
    } catch {
      return false;
    }
  }

  async function ask<Data>(
    cgi: Cgi,
    parameters: Parameters,
    schema: z.ZodType<Data>,
    signal: AbortSignal,
  ): Promise<Answered<Data>> {
    let answer: HttpAnswer;
    try {
      answer = await get(cgi, parameters, signal);
    } catch (error) {
      // What came from the network has a cause; an answer that could not be read has none.
      const isAnswer =
        error instanceof SourceError &&
        error.code === 'source.unreachable' &&
        error.cause === undefined;
      if (!isAnswer || cgi !== 'statusjson.cgi' || !(await isBlank(parameters, signal)))
        throw error;
      throw new SourceError(
        'source.unreachable',
        `The pages of Nagios at ${host} have no status to show: Nagios itself does not run.`,
        { next: 'Start Nagios on that machine.', cause: error },
      );
    }
    const envelope = Envelope.safeParse(answer.body);
    if (!envelope.success) throw notNagios(firstIssue(envelope.error));
    const { result } = envelope.data;
    if (result.type_code !== 0) throw refusal(result);
    const data = schema.safeParse(envelope.data.data);
    if (!data.success) throw notNagios(firstIssue(data.error));
    return {
      data: data.data,
      queryTimeMs: result.query_time,
      programStartMs: result.program_start ?? 0,
      updatedMs: result.last_data_update ?? null,
      clockSkewMs: answer.clockSkewMs,
    };
  }

  const status = <Data>(
    parameters: Parameters,
    schema: z.ZodType<Data>,
    signal: AbortSignal,
  ): Promise<Answered<Data>> =>
    ask('statusjson.cgi', { formatoptions: 'enumerate bitmask', ...parameters }, schema, signal);

  /**
   * Why what it shows is old, and why it would not take a command: a dead Nagios leaves its last status behind, and whoever
   * writes into its pipe waits for ever.
   */
  function standstill(told: Told): SourceError | null {
    const ageMs = told.updatedMs === null ? 0 : told.queryTimeMs - told.updatedMs;
    if (ageMs <= settings.mostAgeSeconds * 1_000) return null;
    return new SourceError(
      'source.unreachable',
      `Nagios at ${host} has not written its status for ${Math.round(ageMs / 1_000)} s: what its pages show is old.`,
      {
        next: 'See whether Nagios itself still runs on that machine. If it writes its status less often, allow for that in the settings.',
      },
    );
  }

  const named = (where: string, service: string | null): Parameters =>
    service === null ? { hostname: where } : { hostname: where, servicedescription: service };

  return {
    base,
    host,
    headers,
    standstill,

    program: async (signal: AbortSignal) => {
      const answer = await status({ query: 'programstatus' }, ProgramStatus, signal);
      return { ...answer, data: answer.data.programstatus };
    },

    /** Unchecked details of the hosts in trouble. */
    hosts: async (signal: AbortSignal) => {
      const query = { query: 'hostlist', details: 'true', ...troubled.hosts, ...group };
      const answer = await status(query, HostList, signal);
      return { ...answer, data: answer.data.hostlist };
    },

    /** Unchecked details of the services in trouble, by host and description. */
    services: async (signal: AbortSignal) => {
      const query = { query: 'servicelist', details: 'true', ...troubled.services, ...group };
      const answer = await status(query, ServiceList, signal);
      return { ...answer, data: answer.data.servicelist };
    },

    hostCount: async (signal: AbortSignal) => {
      const answer = await status({ query: 'hostcount', ...group }, HostCount, signal);
      return { ...answer, data: answer.data.count };
    },

    serviceCount: async (signal: AbortSignal) => {
      const answer = await status({ query: 'servicecount', ...group }, ServiceCount, signal);
      return { ...answer, data: answer.data.count };
    },

    /** Identities of what no check has looked at since Nagios began to remember. */
    unchecked: async (signal: AbortSignal): Promise<ReadonlySet<string>> => {
      const found = new Set<string>();
      const hosts = await status(
        { query: 'hostlist', hoststatus: 'pending', ...group },
        HostList,
        signal,
      );
      for (const name of Object.keys(hosts.data.hostlist)) found.add(externalIdOf(name, null));
      const services = await status(
        { query: 'servicelist', servicestatus: 'pending', ...group },
        ServiceList,
        signal,
      );
      for (const [name, list] of Object.entries(services.data.servicelist)) {
        for (const service of Object.keys(list)) found.add(externalIdOf(name, service));
      }
      return found;
    },

    downtimes: async (signal: AbortSignal): Promise<Answered<readonly WireDowntime[]>> => {
      const query = { query: 'downtimelist', details: 'true' };
      const answer = await status(query, DowntimeList, signal);
      return { ...answer, data: readable(WireDowntime, Object.values(answer.data.downtimelist)) };
    },

    /** Of one object, or all acknowledgements. */
    comments: async (
      about: { host: string; service: string | null } | 'acknowledgements',
      signal: AbortSignal,
    ): Promise<Answered<readonly WireComment[]>> => {
      const filter: Parameters =
        about === 'acknowledgements'
          ? { entrytypes: 'acknowledgement' }
          : {
              commenttypes: about.service === null ? 'host' : 'service',
              ...named(about.host, about.service),
            };
      const answer = await status(
        { query: 'commentlist', details: 'true', ...filter },
        CommentList,
        signal,
      );
      return { ...answer, data: readable(WireComment, Object.values(answer.data.commentlist)) };
    },

    /** The state of one object, also of one that is fine. */
    one: async (where: string, service: string | null, signal: AbortSignal) => {
      const State = z.object({
        status: z.string(),
        problem_has_been_acknowledged: z.boolean(),
      });
      const query = { query: service === null ? 'host' : 'service', ...named(where, service) };
      const Either = z.object({ host: State.optional(), service: State.optional() });
      const answer = await status(query, Either, signal);
      const data = answer.data.service ?? answer.data.host;
      if (data === undefined) throw notNagios('it shows no state');
      return { ...answer, data };
    },

    /** What is configured, by identity of host and service; unreadable ones are left out. */
    definitions: async (signal: AbortSignal): Promise<ReadonlyMap<string, Definition>> => {
      const found = new Map<string, Definition>();
      const take = (key: string, raw: unknown): void => {
        const parsed = Definition.safeParse(raw);
        if (parsed.success) found.set(key, parsed.data);
      };
      const options = { details: 'true', ...group };
      const hosts = await ask(
        'objectjson.cgi',
        { query: 'hostlist', ...options },
        HostList,
        signal,
      );
      for (const [name, raw] of Object.entries(hosts.data.hostlist)) take(name, raw);
      const query = { query: 'servicelist', ...options };
      const services = await ask('objectjson.cgi', query, ServiceList, signal);
      for (const [name, list] of Object.entries(services.data.servicelist)) {
        for (const [service, raw] of Object.entries(list)) take(`${name};${service}`, raw);
      }
      return found;
    },

    /** Confirmed changes of state between two instants of the server, oldest first. */
    alerts: async (
      fromMs: number,
      untilMs: number,
      signal: AbortSignal,
    ): Promise<Answered<{ alerts: readonly WireAlert[]; unreadable: number }>> => {
      const query = {
        query: 'alertlist',
        formatoptions: 'enumerate',
        statetypes: 'hard',
        starttime: String(Math.floor(fromMs / 1_000)),
        endtime: String(Math.ceil(untilMs / 1_000)),
        ...group,
      };
      const answer = await ask('archivejson.cgi', query, AlertList, signal);
      const alerts = readable(WireAlert, answer.data.alertlist);
      const unreadable = answer.data.alertlist.length - alerts.length;
      return { ...answer, data: { alerts, unreadable } };
    },

    /** Instants as the server writes them in its own time zone, by the pattern of its form. */
    localTimes: async (
      fromMs: number,
      untilMs: number,
      pattern: string,
      signal: AbortSignal,
    ): Promise<{ from: string; until: string }> => {
      const Echo = z.object({
        selectors: z.object({ starttime: z.string(), endtime: z.string() }),
      });
      const query = {
        query: 'downtimecount',
        downtimetimefield: 'endtime',
        starttime: String(Math.floor(fromMs / 1_000)),
        endtime: String(Math.floor(untilMs / 1_000)),
        dateformat: pattern,
      };
      // With a pattern, the times of the envelope are texts as well.
      const { body } = await get('statusjson.cgi', query, signal);
      const Told = z.object({
        result: z.object({ type_code: z.number(), message: z.string().default('') }),
        data: z.unknown(),
      });
      const told = Told.safeParse(body);
      const echo = Echo.safeParse(told.success ? told.data.data : null);
      if (!echo.success) throw notNagios('it does not repeat a time');
      return { from: echo.data.selectors.starttime, until: echo.data.selectors.endtime };
    },
  };
}
