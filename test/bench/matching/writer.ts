/** Writes the files and rules of a made-up collection, with the habits that all of its parts share. */
import type { Random } from './random.ts';
import { fillerSentence } from './words.ts';

export interface Truth {
  readonly path: string;
  /** Null: the whole page. */
  readonly anchor: string | null;
}

export interface Rule {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Null: there is no runbook for it. */
  readonly truth: Truth | null;
  /** The kind of link, for the report. */
  readonly kind: string;
}

/** Of all links; counted over public collections. */
const deadShare = 0.08;

export const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

export class Writer {
  readonly files = new Map<string, string>();
  readonly rules: Rule[] = [];
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  paragraph(): string {
    const { random } = this;
    return Array.from({ length: 2 + random.below(3) }, () => fillerSentence(random)).join(' ');
  }

  /** The usual sections, or others, or free text; now and then nearly nothing. */
  body(level: number): string {
    const { random } = this;
    if (random.chance(0.06)) return 'TBD\n';
    const heading = '#'.repeat(level);
    const titles = random.chance(0.6)
      ? ['Meaning', 'Impact', 'Diagnosis', 'Mitigation']
      : random.chance(0.5)
        ? ['Symptoms', 'Possible checks', 'Resolution']
        : [];
    if (titles.length === 0) return `${this.paragraph()}\n\n${this.steps()}\n`;
    return titles
      .map(
        (title, index) =>
          `${heading} ${title}\n\n${this.paragraph()}\n${index === titles.length - 1 ? `\n${this.steps()}` : ''}`,
      )
      .join('\n');
  }

  steps(): string {
    const { random } = this;
    const fence = random.one(['```', '```sh', '```bash', '```console', '```shel']);
    const prompt = random.chance(0.33) ? '$ ' : '';
    return [1, 2, 3]
      .map(
        (number) =>
          `${number}. ${fillerSentence(random)}\n\n   ${fence}\n   ${prompt}kubectl -n <namespace> get pods\n   \`\`\`\n`,
      )
      .join('\n');
  }

  /** Front matter in a third of the files, a first heading in three quarters. */
  page(path: string, title: string, body: string): void {
    const { random } = this;
    const kind = random.next();
    const front =
      kind < 0.25
        ? `---\ntitle: ${JSON.stringify(title)}\nweight: ${random.below(90)}\n---\n\n`
        : kind < 0.3
          ? `+++\ntitle = ${JSON.stringify(title)}\n+++\n\n`
          : kind < 0.33
            ? `{\n  "title": ${JSON.stringify(title)}\n}\n\n`
            : '';
    const first = random.chance(0.75) ? `# ${title}\n\n` : '';
    this.files.set(path, `${front}${first}${body}`);
  }

  rule(rule: Rule): void {
    this.rules.push(rule);
    // The same alarm with other severities.
    if (this.random.chance(0.15))
      this.rules.push({ ...rule, labels: { ...rule.labels, severity: 'warning' } });
  }

  severity(): string {
    return this.random.one(['critical', 'warning', 'info', 'none', 's1', 's2', 's3', 's4', 'page']);
  }

  /** Which share of the links leads nowhere, and why. */
  isDead(): boolean {
    return this.random.chance(deadShare);
  }
}
