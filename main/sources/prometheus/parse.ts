/**
 * What Prometheus and its relatives send, checked group by group, rule by rule and alert by alert: one that is bad must not
 * hide the others.
 */
import { z } from 'zod';
import { instantOf } from '../observed.ts';

const nullToAbsent = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema);
const Texts = z.record(z.string(), z.string());
const Text = nullToAbsent(z.string().default(''));

const Envelope = z.object({
  status: z.literal('success'),
  data: z.unknown(),
  /** Data is there, but not all of it. `infos` are no warnings. */
  warnings: nullToAbsent(z.array(z.unknown()).default([])),
  /** VictoriaMetrics: some of its storage did not answer. */
  isPartial: nullToAbsent(z.boolean().default(false)),
  partial: nullToAbsent(z.boolean().default(false)),
});

export interface Enveloped {
  readonly data: unknown;
  /** Why it is not everything, for people; null when it is. */
  readonly partialReason: string | null;
}

/** Null: this is no such envelope. */
export function openEnvelope(body: unknown): Enveloped | null {
  const parsed = Envelope.safeParse(body);
  if (!parsed.success) return null;
  const { data, warnings, isPartial, partial } = parsed.data;
  const inData = (data as { isPartial?: unknown } | null | undefined)?.isPartial === true;
  const said = warnings.map((warning) =>
    typeof warning === 'string' ? warning : JSON.stringify(warning),
  );
  const isWhole = said.length === 0 && !isPartial && !partial && !inData;
  const reason = said.length === 0 ? 'some of its storage did not answer' : said.join('; ');
  return { data, partialReason: isWhole ? null : reason };
}

export const WireRules = z.object({
  groups: z.array(z.unknown()),
  groupNextToken: nullToAbsent(z.string().default('')),
});

/** Seconds; vmalert of some versions writes them as text. */
const Seconds = nullToAbsent(z.coerce.number().nonnegative().default(0));

export const WireGroup = z.object({
  name: Text,
  file: Text,
  interval: Seconds,
  lastEvaluation: Text,
  rules: nullToAbsent(z.array(z.unknown()).default([])),
});

export const WireRule = z.object({
  type: Text,
  name: z.string(),
  query: Text,
  health: Text,
  lastError: Text,
  lastEvaluation: Text,
  annotations: nullToAbsent(z.unknown()),
  alerts: nullToAbsent(z.array(z.unknown()).default([])),
});

/** An alert together with what its rule says about it. */
export const RuleAlert = z.object({
  rule: z.object({ name: z.string(), query: z.string() }),
  alert: z.object({
    labels: nullToAbsent(Texts.default({})),
    annotations: nullToAbsent(Texts.default({})),
    state: z.enum(['firing', 'pending', 'inactive']),
    activeAt: z.string().refine((text) => instantOf(text) !== null, 'is not a time'),
    /** vmalert: where a browser shows it. */
    source: Text,
  }),
});
export type RuleAlert = z.infer<typeof RuleAlert>;

export const WireRuntime = z.object({
  startTime: z.string().refine((text) => instantOf(text) !== null, 'is not a time'),
  reloadConfigSuccess: z.boolean().default(true),
});

export const WireBuild = z.object({ version: z.string().min(1).max(100) });

export const WireAlertmanagers = z.object({
  activeAlertmanagers: nullToAbsent(z.array(z.object({ url: z.string() })).default([])),
});

const Sample = z.tuple([z.coerce.number(), z.string()]);

export const WireVector = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: Texts, value: Sample })),
});

export const WireMatrix = z.object({
  resultType: z.literal('matrix'),
  result: z.array(z.object({ metric: Texts, values: z.array(Sample) })),
});
