/** Links within runbooks: which of them lead to another runbook, and to which of its sections. */
import { z } from 'zod';
import { method } from './base.ts';
import { RunbookId } from './common.ts';

export const RunbookLink = z.object({
  runbookId: RunbookId,
  title: z.string(),
  /** Null: the document as a whole. */
  anchor: z.string().nullable(),
  /** False: the link names a section that is not there. */
  isSectionFound: z.boolean(),
});
export type RunbookLink = z.infer<typeof RunbookLink>;

export const linkMethods = {
  /** In the order of the links. Null: it leads to nothing in the library; an address of the web may still lead out. */
  resolveLinks: method
    .input(z.object({ id: RunbookId, links: z.array(z.string().max(8_000)).max(2_000) }))
    .output(z.array(RunbookLink.nullable())),
};
