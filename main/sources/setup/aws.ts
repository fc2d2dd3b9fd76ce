/** The profiles of the AWS command line, by name and region. Their keys are not looked at. Pure. */
import type { ConnectorKind } from '../connector.ts';
import { readIni } from './nagstamon.ts';
import type { Draft } from './proposal.ts';

/** `config` has `[profile name]` and `[default]`, `credentials` has `[name]`. */
export function readAwsProfiles(
  files: { readonly config: string; readonly credentials: string },
  foundIn: string,
  kinds: readonly ConnectorKind[],
): Draft[] {
  if (!kinds.some(({ kind }) => kind === 'cloudwatch')) return [];
  const regions = new Map<string, string>();
  for (const [section, values] of readIni(files.config)) {
    const name = /^profile\s+(.+)$/.exec(section)?.[1] ?? (section === 'default' ? section : null);
    if (name !== null) regions.set(name, values.get('region') ?? '');
  }
  for (const section of readIni(files.credentials).keys()) {
    if (!regions.has(section)) regions.set(section, '');
  }
  return [...regions].map(([profile, region]) => ({
    kind: 'cloudwatch',
    name: `CloudWatch ${profile}`,
    settings: {
      login: 'profile',
      profiles: [profile],
      ...(region === '' ? {} : { regions: [region] }),
    },
    foundIn,
    remarks: region === '' ? ['The profile names no region: enter one.'] : [],
  }));
}
