import * as v from 'valibot';
import { text } from '../documents/yaml-fields.ts';
import { parseProfile } from './document.ts';

const examples = v.array(
  v.strictObject({
    library: text,
    /** A name by which the code is read: `pool.ts`, `compose.yaml`. */
    file: text,
    code: text,
    /** A file beside it that belongs to it: the manifest of a pool, the pool of a manifest. */
    beside: v.optional(v.strictObject({ file: text, code: text })),
  }),
);

/** What `poolctl explain` and docs/rules/ say of a rule of lint: profiles/rules/ID.yaml. */
const rulePageSchema = v.strictObject({
  /** The problem, in one line. */
  title: text,
  /** What happens, and what it leads to. */
  problem: text,
  /** Each is linted by a test: the rule finds every bad one, and no good one. */
  bad: examples,
  good: examples,
  /** When to turn it off or suppress it. */
  ignore: text,
  /** Issues and documentation that anyone can open. */
  links: v.array(v.strictObject({ url: v.pipe(v.string(), v.url()), what: text })),
});

export type RulePage = v.InferOutput<typeof rulePageSchema>;

/** A page as it stands in its file. @throws PoolctlError PROFILE_INVALID */
export function parseRulePage(id: string, page: string): RulePage {
  return parseProfile(rulePageSchema, page, `profiles/rules/${id}.yaml`);
}
