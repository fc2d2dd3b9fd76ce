/**
 * The sources of a team as a file that can be shared: kinds, names, settings and severity words, and never a secret. A whole
 * `nightdesk.json` is such a file, too. Pure.
 */
import { z } from 'zod';
import { Severity } from '../../../preload/contract/common.ts';
import { SourceSettings, type TeamFile } from '../../../preload/contract/sources.ts';
import { firstIssue } from '../observed.ts';
import { knownSettings, withoutLogins } from '../form.ts';
import { proposalOf, type Known } from './proposal.ts';

const Entry = z.object({
  kind: z.string().min(1).max(100),
  name: z.string().min(1).max(200),
  intervalMs: z.int().min(5_000).max(3_600_000).default(15_000),
  settings: SourceSettings.default({}),
  severityMap: z.record(z.string(), Severity).default({}),
});

const problem = (text: string): TeamFile => ({ proposals: [], problems: [text] });

/** `name`: the file as the person knows it. */
export function readTeamFile(text: string, name: string, known: Known): TeamFile {
  let file: unknown;
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return problem('This is no JSON, so no sources could be read from it.');
  }
  const list = (file as { sources?: unknown } | null)?.sources;
  if (!Array.isArray(list)) {
    return problem(
      'This file has no list named "sources". A team file looks like { "sources": [ … ] }.',
    );
  }
  const result: TeamFile = { proposals: [], problems: [] };
  for (const [index, item] of list.slice(0, 200).entries()) {
    const entry = Entry.safeParse(item);
    if (!entry.success) {
      result.problems.push(`Source ${index + 1}: ${firstIssue(entry.error)}.`);
      continue;
    }
    result.proposals.push(proposalOf({ ...entry.data, foundIn: name }, known));
  }
  if (list.length > 200) result.problems.push('Only the first 200 sources were read.');
  return result;
}

export function writeTeamFile(known: Known): string {
  const sources = known.sources.flatMap((source) => {
    const kind = known.kinds.find((other) => other.kind === source.kind);
    // Settings that the kind does not know could be anything, also a password that somebody wrote there.
    if (kind === undefined || kind.kind === 'local') return [];
    const { name, intervalMs, severityMap } = source;
    const settings = withoutLogins(knownSettings(kind, source.settings));
    return [{ kind: kind.kind, name, intervalMs, settings, severityMap }];
  });
  return `${JSON.stringify({ nightdesk: 1, sources }, null, 2)}\n`;
}
