/** What differs between the versions of the API. Pure. */
export interface ApiVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** Null when it names none that we understand. */
export function parseVersion(text: unknown): ApiVersion | null {
  const found = typeof text === 'string' ? /^(\d+)\.(\d+)\b/.exec(text) : null;
  if (found === null) return null;
  return { text: String(text), major: Number(found[1]), minor: Number(found[2]) };
}

export interface Dialect {
  /** Where the login goes: before 6.4 a header is ignored, since 7.2 the body is refused. */
  readonly login: 'header' | 'body';
  /** One problem can be suppressed by itself. */
  readonly hasSuppress: boolean;
  readonly acknowledgesOfEvents: 'select_acknowledges' | 'selectAcknowledges';
  readonly groupsOfMaintenances: 'selectGroups' | 'selectHostGroups';
  /** How a maintenance names its hosts when it is made. */
  readonly hostsOfMaintenance: (ids: readonly string[]) => Readonly<Record<string, unknown>>;
}

export function dialectOf({ major, minor }: ApiVersion): Dialect {
  const isSince = (wantedMajor: number, wantedMinor: number): boolean =>
    major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  return {
    login: isSince(6, 4) ? 'header' : 'body',
    hasSuppress: isSince(6, 2),
    acknowledgesOfEvents: isSince(6, 4) ? 'selectAcknowledges' : 'select_acknowledges',
    groupsOfMaintenances: isSince(6, 2) ? 'selectHostGroups' : 'selectGroups',
    hostsOfMaintenance: (ids) =>
      isSince(6, 2) ? { hosts: ids.map((hostid) => ({ hostid })) } : { hostids: ids },
  };
}
