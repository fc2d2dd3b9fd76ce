/**
 * Runbooks and alert rules made from a number, with the habits of real collections: sites whose addresses are lower case
 * while the files are in camel case, repository and relative links, one file for dozens of alarms, alarms that are rows of a
 * table, overviews that a whole service shares, and links that lead nowhere. No text of anybody's collection is in here.
 *
 * What each alarm truly means is known, so what the matcher says can be counted.
 */
import { createRandom } from './random.ts';
import {
  camel,
  components,
  fillerSentence,
  kebab,
  otherWords,
  services,
  signals,
  snake,
} from './words.ts';
import { slug, Writer, type Rule } from './writer.ts';

export interface Collection {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly rules: readonly Rule[];
}

/** A site made from camel case files, one page for each alarm; some pages are shared by a few alarms. */
function site(writer: Writer): void {
  const { random } = writer;
  const host = 'https://runbooks.example.org';
  const root = random.one(['content/runbooks', 'content/docs/runbooks', 'runbooks']);
  const shown = root.replace('content/', '');
  for (const component of random.some(components, 7)) {
    const own = random.some(signals, 5);
    for (const signal of own) {
      const name = `${camel(component)}${camel(signal)}`;
      const labels = { severity: writer.severity(), namespace: random.one(otherWords) };
      const site = random.one([host, host, `${host}/latest`]);
      const end = random.one(['', '/', '.html', '?theme=dark', '#meaning']);
      const link = `${site}/${shown}/${component}/${name.toLowerCase()}${end}`;
      const annotations = { summary: fillerSentence(random), runbook_url: link };
      const folder = random.chance(0.1) ? snake(component) : component;
      const path = `${root}/${folder}/${name}.md`;
      if (!writer.isDead()) {
        const title = random.chance(0.5) ? name : signal;
        writer.page(path, title, writer.body(2));
        writer.rule({
          name,
          labels,
          annotations,
          truth: { path, anchor: null },
          kind: 'site page',
        });
      } else if (random.chance(0.5)) {
        writer.rule({ name, labels, annotations, truth: null, kind: 'dead site page' });
      } else {
        const renamed = `${root}/${folder}/${kebab(signal)}-${random.below(90)}.md`;
        writer.files.set(renamed, `# ${name}\n\n${writer.body(2)}`);
        const truth = { path: renamed, anchor: null };
        writer.rule({ name, labels, annotations, truth, kind: 'renamed site page' });
      }
    }
    // One page that several alarms share, named for the trouble and not for them.
    const [trouble, ...variants] = random.some(
      signals.filter((signal) => !own.includes(signal)),
      3,
    );
    const path = `${root}/${component}/${kebab(trouble!)}.md`;
    if (writer.files.has(path)) continue;
    writer.page(path, `${component}: ${trouble}`, writer.body(2));
    for (const variant of ['', ' sustained', ` after ${variants[0]!.split(' ')[0]}`]) {
      const name = `${camel(component)}${camel(`${trouble}${variant}`)}`;
      if (writer.rules.some((rule) => rule.name === name)) continue;
      const isDead = writer.isDead();
      const page = `${isDead ? 'see-also-' : ''}${kebab(trouble!)}`;
      writer.rule({
        name,
        labels: { severity: writer.severity(), job: component },
        annotations: { runbook_url: `${host}/${shown}/${component}/${page}` },
        // Without an addition, the page's own title is the name of the alarm.
        truth: isDead && variant !== '' ? null : { path, anchor: null },
        kind: isDead ? 'dead shared site page' : 'shared site page',
      });
    }
  }
}

/** A repository in which every service has an overview that all its alarms share, linked by a relative path. */
function overviews(writer: Writer): void {
  const { random } = writer;
  const tree = 'https://git.example.org/acme/runbooks/-/tree/master';
  for (const service of services) {
    const path = `docs/${service}/README.md`;
    const topics = random.some(signals, 2);
    const rows = random.some(
      signals.filter((signal) => !topics.includes(signal)),
      4,
    );
    const inTable = random.chance(0.4);
    const table = inTable
      ? `## Alerts\n\n| Alert | What to do |\n| --- | --- |\n${rows.map((signal) => `| \`${camel(`${service} ${signal}`)}\` | ${fillerSentence(random)} |`).join('\n')}\n\n`
      : '';
    writer.page(
      path,
      `${service} service`,
      `${writer.paragraph()}\n\n${table}## Troubleshooting\n\n${writer.body(3)}`,
    );
    for (const topic of topics) {
      const page = `docs/${service}/${kebab(topic)}.md`;
      writer.page(page, topic, writer.body(2));
      const heading = random.one(['How to look', 'Known causes & remedies', 'Restart it (safely)']);
      const isAnchored = random.chance(0.5);
      if (isAnchored)
        writer.files.set(
          page,
          `${writer.files.get(page)!}\n## ${heading}\n\n${writer.paragraph()}\n`,
        );
      const name = snake(`${service} ${topic}`);
      // Two renderers make different anchors of one heading.
      const anchor = random.chance(0.5) ? slug(heading) : slug(heading).replaceAll('--', '-');
      const link = isAnchored ? `${page}#${anchor}` : page;
      const isDead = writer.isDead();
      writer.rule({
        name,
        labels: { severity: writer.severity(), type: service },
        annotations: {
          runbook: isDead ? `docs/${service}/troubleshoot-${random.below(99)}.md` : link,
        },
        truth: isDead ? null : { path: page, anchor: isAnchored ? slug(heading) : null },
        kind: isDead ? 'dead relative path' : 'relative path',
      });
    }
    const count = 3 + random.below(9);
    for (const signal of random.some(
      signals.filter((one) => !topics.includes(one)),
      count,
    )) {
      const name = camel(
        `${service} ${signal} ${random.one(['', '', 'single node', 'sustained'])}`,
      );
      const isRow = inTable && rows.some((row) => camel(`${service} ${row}`) === name);
      const hasLabels = random.chance(0.75);
      const isAnchored = random.chance(0.2);
      if (writer.rules.some((rule) => rule.name === name)) continue;
      const isDead = writer.isDead();
      const folder = `docs/${service}`;
      const place = isDead
        ? `${folder}/alerts-${random.below(90)}.md`
        : random.one([path, path, `./${path}`, `${folder}/`, folder, `${tree}/${path}`]);
      const row = isRow && random.chance(0.5) ? `#${name.toLowerCase()}` : '';
      writer.rule({
        name,
        labels: {
          severity: writer.severity(),
          ...(hasLabels ? { [random.one(['service', 'type', 'job', 'app'])]: service } : {}),
        },
        annotations: { runbook: `${place}${row || (isAnchored ? '#troubleshooting' : '')}` },
        truth: isDead && !isRow ? null : { path, anchor: null },
        kind: isDead ? 'dead overview' : isRow ? 'row of an overview' : 'overview',
      });
    }
  }
}

/** One file with dozens of alarms as headings, linked into a repository by anchors. */
function bigFile(writer: Writer): void {
  const { random } = writer;
  const system = random.one(components);
  const path = 'mixin/runbook.md';
  const prefix = random.one(['Alert Name: ', '', 'Alert: ']);
  const parts: string[] = [];
  const base = `https://git.example.org/acme/tools/${random.one(['blob', 'tree'])}/main/${path}`;
  for (const signal of random.some(signals, 18)) {
    const name = `${camel(system)}Instance${camel(signal)}`;
    if (writer.rules.some((rule) => rule.name === name)) continue;
    const heading = prefix === 'Alert Name: ' ? `${prefix}"${name}"` : `${prefix}${name}`;
    const isDead = writer.isDead();
    if (!isDead) parts.push(`##### ${heading}\n\n${writer.paragraph()}\n\n${writer.steps()}\n`);
    writer.rule({
      name,
      labels: { severity: writer.severity() },
      annotations: { runbook_url: `${base}#${slug(heading)}` },
      // The page is right, and says that the section does not exist.
      truth: { path, anchor: isDead ? null : slug(heading) },
      kind: isDead ? 'dead anchor' : 'anchor of a big file',
    });
  }
  writer.files.set(path, `# Runbooks of ${system}\n\n${parts.join('\n')}`);
}

/** Alarms as rows of tables, under anchors that were generated when each was a heading; and pages that differ by case. */
function rowsAndTwins(writer: Writer): void {
  const { random } = writer;
  const system = random.one(['PostgreSQL', 'PGBouncer', 'HAProxy', 'RabbitMQ']);
  const path = `mixin/${system.toLowerCase()}/alerts.md`;
  const base = 'https://git.example.org/acme/tools/tree/main';
  const rows = random.some(signals, 6).map((signal) => {
    const name = `${system}Shard${camel(signal)}`;
    const link = `${base}/${path}#alert-name-${name.toLowerCase()}`;
    writer.rule({
      name,
      labels: { severity: writer.severity() },
      annotations: { runbook_url: link },
      truth: { path, anchor: 'rule-group' },
      kind: 'generated anchor of a row',
    });
    return `|${name}|${fillerSentence(random)}|critical|[${link}](${link})|`;
  });
  const head = '|Name|Summary|Severity|Runbook|\n|---|---|---|---|';
  writer.files.set(path, `# Alerts\n\n## Rule group\n\n${head}\n${rows.join('\n')}\n`);
  const [twin, ...words] = camel(`${random.one(components)} ${random.one(signals)}`);
  for (const name of [`${twin}${words.join('')}`, `${twin!.toLowerCase()}${words.join('')}`]) {
    const page = `alerts/twins/${name}.md`;
    writer.page(page, 'Renamed', writer.body(2));
    writer.rule({
      name: `${name}Twin`,
      labels: { severity: writer.severity() },
      annotations: { runbook_url: `${base}/${page}` },
      truth: { path: page, anchor: null },
      kind: 'page that differs by case',
    });
  }
}

/** A manual whose page of runbooks is a folder's own page, under a site that leaves `sources` out and puts a version in. */
function manual(writer: Writer): void {
  const { random } = writer;
  const path = 'docs/sources/manage/store-runbooks/_index.md';
  const address = 'https://docs.example.org/docs/store/latest/manage/store-runbooks/';
  const parts: string[] = [];
  for (const signal of random.some(signals, 10)) {
    const name = `Store${camel(signal)}`;
    const isDead = writer.isDead();
    if (!isDead)
      parts.push(
        `### ${name}\n\n${writer.paragraph()}\n\nHow to **fix** it:\n\n${writer.steps()}\n`,
      );
    writer.rule({
      name,
      labels: { severity: writer.severity(), job: `store/${random.one(otherWords)}` },
      annotations: { runbook_url: `${address}#${name.toLowerCase()}` },
      truth: { path, anchor: isDead ? null : name.toLowerCase() },
      kind: isDead ? 'dead anchor' : 'anchor of a manual',
    });
  }
  const front = '---\ntitle: Store runbooks\nweight: 10\n---\n\n# Store runbooks\n\n## Alerts\n\n';
  writer.files.set(path, `${front}${parts.join('\n')}`);
}

/** A flat folder of another team, by repository links; two services have pages of one name. */
function operators(writer: Writer): void {
  const { random } = writer;
  const base = 'https://git.example.org/acme/runbooks/-/blob/master';
  for (const operator of random.some(services, 5)) {
    for (const signal of random.some(signals, 3)) {
      const name = camel(signal);
      const path = `alerts/${operator}-operator/${name}.md`;
      const isDead = writer.isDead();
      if (!isDead) writer.page(path, name, writer.body(2));
      writer.rule({
        name,
        labels: {
          severity: writer.severity(),
          // Without it, and without the link, two pages of one name leave a choice.
          ...(random.chance(0.8) ? { namespace: `${operator}-operator` } : {}),
        },
        annotations: { runbook_url: `${base}/${path}` },
        truth: isDead ? null : { path, anchor: null },
        kind: isDead ? 'dead repository path' : 'repository path',
      });
    }
  }
}

/** Pages of a wiki, known by a number, kept as files whose front matter tells their address. */
function wiki(writer: Writer): void {
  const { random } = writer;
  for (const service of random.some(services, 6)) {
    const signal = random.one(signals);
    const url = `https://wiki.example.org/pages/viewpage.action?pageId=${10_000 + random.below(80_000)}`;
    const path = `wiki/${service}-${random.below(900)}.md`;
    const taken = new Set(writer.rules.map(({ name }) => name));
    const isTaken = [camel, snake].some((spell) => taken.has(spell(`${service} ${signal}`)));
    if (isTaken || writer.files.has(path)) continue;
    const alerts = random.chance(0.5) ? `alerts: [${camel(`${signal} of ${service}`)}]\n` : '';
    writer.files.set(
      path,
      `---\nurl: ${url}\n${alerts}---\n\n# ${service}: ${signal}\n\n${writer.body(2)}`,
    );
    writer.rule({
      name: camel(`${signal} of ${service}`),
      labels: { severity: writer.severity(), service },
      annotations: { documentation: `See ${url} for what to do.` },
      truth: { path, anchor: null },
      kind: alerts === '' ? 'wiki page' : 'front matter',
    });
  }
}

/** What stands beside runbooks and is none: an index of all alarms, notes that mention them, and reports of the past. */
function bystanders(writer: Writer): void {
  const { random } = writer;
  const pages = [...writer.files.keys()];
  const listed = random.some(
    writer.rules.filter((rule) => rule.truth !== null),
    25,
  );
  const index = listed.map(
    ({ name, truth }) =>
      `| [${name}](${truth!.path.replaceAll(' ', '%20')}) | ${fillerSentence(random)} |`,
  );
  writer.files.set(
    'README.md',
    `# All runbooks\n\n${writer.paragraph()}\n\n| Alert | Notes |\n| --- | --- |\n${index.join('\n')}\n`,
  );
  for (let number = 0; number < Math.ceil(pages.length / 8); number += 1) {
    const rule = random.one(writer.rules);
    const mention = random.chance(0.3) ? ` It began with ${rule.name}.` : '';
    writer.page(
      `${random.one(['postmortems', 'notes', 'onboarding', 'architecture'])}/${random.one(otherWords)}-${number}.md`,
      `${random.one(['Notes on', 'Report about', 'Introduction to'])} ${random.one(services)} and ${random.one(otherWords)}`,
      `${writer.paragraph()}${mention}\n\n${writer.body(2)}`,
    );
  }
  // Alarms that nobody wrote anything for.
  for (const signal of random.some(signals, 8)) {
    writer.rule({
      name: camel(`${random.one(['Vpn', 'Badge reader', 'Elevator', 'Coffee'])} ${signal}`),
      labels: { severity: writer.severity() },
      annotations: {},
      truth: null,
      kind: 'no runbook',
    });
  }
}

/** About 150 files and 250 rules. */
export function createCollection(seed: number): Collection {
  const writer = new Writer(createRandom(seed));
  site(writer);
  overviews(writer);
  bigFile(writer);
  rowsAndTwins(writer);
  manual(writer);
  operators(writer);
  wiki(writer);
  bystanders(writer);
  return {
    files: [...writer.files].map(([path, text]) => ({ path, text })),
    rules: writer.rules,
  };
}
