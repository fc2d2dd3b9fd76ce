/**
 * Commands through cmd.cgi, which answers every outcome with HTTP 200 and a page.
 *
 * Since 4.5.12 (and in Debian's 4.4.6) a command needs a pair of cookie and form field, which the form itself hands out. "Success"
 * means that the command was written into a pipe, not that Nagios took it.
 */
import { joinUrl } from '../http-address.ts';
import type { HttpClient } from '../http.ts';
import { SourceError } from '../source-error.ts';
import type { NagiosApi } from './api.ts';

export const commandTypes = {
  comment: { host: 1, service: 3 },
  acknowledge: { host: 33, service: 34 },
  unacknowledge: { host: 51, service: 52 },
  downtime: { host: 55, service: 56 },
  endDowntime: { host: 78, service: 79 },
} as const;

type Command = keyof typeof commandTypes;

/** The four ways in which Nagios writes a date, as its `date_format` sets it. */
const patterns = {
  iso8601: '%Y-%m-%d %H:%M:%S',
  'strict-iso8601': '%Y-%m-%dT%H:%M:%S',
  us: '%m-%d-%Y %H:%M:%S',
  euro: '%d-%m-%Y %H:%M:%S',
} as const;

const valueOf = (page: string, name: string): string | null => {
  const found = new RegExp(`NAME='${name}'[^>]*?VALUE='([^']*)'`, 'i').exec(page);
  return found?.[1] ?? null;
};

/**
 * The pattern in which the form writes its times. 03-04-2026 is March or April: the one that lies nearer to the server's clock.
 * Pure.
 */
export function patternOf(sample: string, serverMs: number): string | null {
  if (/^\d{4}-\d\d-\d\d \d/.test(sample)) return patterns.iso8601;
  if (/^\d{4}-\d\d-\d\dT\d/.test(sample)) return patterns['strict-iso8601'];
  const parts = /^(\d\d)-(\d\d)-(\d{4}) (\d\d:\d\d:\d\d)/.exec(sample);
  if (parts === null) return null;
  const [, first, second, year, time] = parts;
  const distance = (month: string | undefined, day: string | undefined): number => {
    const ms = Date.parse(`${year}-${month}-${day}T${time}Z`);
    return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : Math.abs(ms - serverMs);
  };
  return distance(first, second) <= distance(second, first) ? patterns.us : patterns.euro;
}

/** What the page says about a command; null when it took it. Pure. */
export function refusalOf(page: string, host: string): SourceError | null {
  if (/successfully submitted/i.test(page)) return null;
  if (/do not have permission/i.test(page)) {
    return new SourceError('source.rejected', `This user of ${host} may only read.`, {
      next: 'Use a login that may give commands (authorized_for_all_service_commands in cgi.cfg).',
      isRetryable: false,
    });
  }
  if (/not authorized to commit/i.test(page)) {
    return new SourceError(
      'source.rejected',
      `Nagios at ${host} takes no such command from this user, or does not know the object any more.`,
      {
        next: 'Make the user a contact of it, or name it in authorized_for_all_host_commands and authorized_for_all_service_commands.',
        isRetryable: false,
      },
    );
  }
  if (/CSRF cookie/i.test(page)) {
    return new SourceError('source.rejected', `${host} refused the form of the command twice.`, {
      next: 'Look whether a proxy in front of Nagios drops its cookies.',
      isRetryable: false,
    });
  }
  const said = /class='errorMessage'>([^<]{1,200})/i.exec(page)?.[1]?.trim();
  return new SourceError(
    'source.rejected',
    `Nagios at ${host} did not take the command${said ? `: ${said}` : '.'}`,
    { next: 'See whether external commands are switched on there (check_external_commands).' },
  );
}

export interface CommandTarget {
  readonly host: string;
  /** Null: the host itself. */
  readonly service: string | null;
}

export type Commands = ReturnType<typeof createCommands>;

export function createCommands(http: HttpClient, api: NagiosApi) {
  const url = joinUrl(api.base, 'cmd.cgi');
  /** Serves for many commands; null: this server hands out none, or we have not asked yet. */
  let pair: string | null = null;
  let hasAsked = false;

  const form = async (command: Command, target: CommandTarget, signal: AbortSignal) => {
    const { host, service } = target;
    const type = commandTypes[command][service === null ? 'host' : 'service'];
    const query = new URLSearchParams({
      cmd_typ: String(type),
      host,
      ...(service === null ? {} : { service }),
    });
    const { body, headers } = await http.request({
      url: `${url}?${query.toString()}`,
      headers: api.headers,
      expect: 'text',
      signal,
    });
    const page = typeof body === 'string' ? body : '';
    if (!/cmd_mod|errorMessage/.test(page)) {
      throw new SourceError(
        'source.misconfigured',
        `${api.host} shows no form for commands at cmd.cgi; is there a login in front?`,
        { next: 'Open the address in a browser to see what answers.' },
      );
    }
    pair =
      /NagFormId=([0-9a-f]+)/i.exec(headers['set-cookie'] ?? '')?.[1] ?? valueOf(page, 'nagFormId');
    hasAsked = true;
    return page;
  };

  const post = async (
    fields: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string> => {
    const body = new URLSearchParams({
      ...(pair === null ? {} : { nagFormId: pair }),
      ...fields,
      cmd_mod: '2',
      btnSubmit: 'Commit',
    });
    const answer = await http.request({
      method: 'POST',
      url,
      headers: {
        ...api.headers,
        'content-type': 'application/x-www-form-urlencoded',
        ...(pair === null ? {} : { cookie: `NagFormId=${pair}` }),
      },
      text: body.toString(),
      expect: 'text',
      signal,
    });
    return typeof answer.body === 'string' ? answer.body : '';
  };

  return {
    /** @throws SourceError when it was not taken. Whether Nagios did it shows only in its state. */
    async give(
      command: Command,
      target: CommandTarget,
      fields: Readonly<Record<string, string>>,
      signal: AbortSignal,
    ): Promise<void> {
      const { host, service } = target;
      const all = {
        cmd_typ: String(commandTypes[command][service === null ? 'host' : 'service']),
        host,
        ...(service === null ? {} : { service }),
        ...fields,
      };
      if (!hasAsked) await form(command, target, signal);
      let page = await post(all, signal);
      if (/CSRF cookie/i.test(page)) {
        // Another Nagios than the one that handed it out, or a new secret: once more with a new pair.
        await form(command, target, signal);
        page = await post(all, signal);
      }
      const refused = refusalOf(page, api.host);
      if (refused !== null) throw refused;
    },

    /** Start and end as the form wants them: in the server's own zone and order. */
    async times(
      target: CommandTarget,
      span: { readonly fromMs: number; readonly untilMs: number; readonly serverMs: number },
      signal: AbortSignal,
    ): Promise<{ from: string; until: string }> {
      const page = await form('downtime', target, signal);
      const refused = /cmd_mod/.test(page) ? null : refusalOf(page, api.host);
      if (refused !== null) throw refused;
      const pattern = patternOf(valueOf(page, 'start_time') ?? '', span.serverMs);
      if (pattern === null) {
        throw new SourceError(
          'source.rejected',
          `The form for downtimes at ${api.host} shows its times in a way that Nightdesk does not know.`,
          { next: 'Set date_format in nagios.cfg to one of us, euro, iso8601 and strict-iso8601.' },
        );
      }
      return api.localTimes(span.fromMs, span.untilMs, pattern, signal);
    },

    /** Whether the login may open the form; it says nothing about a single object. */
    async mayOpen(signal: AbortSignal): Promise<SourceError | null> {
      const page = await form('acknowledge', { host: '', service: '' }, signal);
      return /cmd_mod/.test(page) ? null : refusalOf(page, api.host);
    },
  };
}
