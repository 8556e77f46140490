import * as v from 'valibot';
import { didYouMean } from '../base/suggest.ts';
import { count, countOrZero, durationMs, text } from '../profiles/fields.ts';
import { presets } from './config.ts';
import { severities } from './finding.ts';
import { ruleIds } from './own-rules.ts';

const names = v.array(text);

/** Patterns as in .gitignore, relative to the folder of poolctl.yaml. */
const patterns = v.array(text);

const ruleId = v.pipe(
  v.string(),
  v.check(
    (id) => ruleIds.includes(id),
    ({ input }) => `is no rule.${didYouMean(String(input), ruleIds)} \`poolctl explain\` lists them.`,
  ),
);

/** What holds for the project, and what an override can change for some files. */
const settings = {
  preset: v.optional(v.picklist(presets)),
  rules: v.optional(v.record(ruleId, v.picklist(['off', ...severities]))),
  /** What holds outside the repository, so that its absence is no finding. */
  assume: v.optional(
    v.strictObject({
      statementTimeout: v.optional(v.boolean()),
      slowQueryLog: v.optional(v.boolean()),
      shutdown: v.optional(v.boolean()),
      pooler: v.optional(v.picklist(['transaction', 'session', 'none'])),
    }),
  ),
  thresholds: v.optional(
    v.strictObject({
      connectionLimit: v.optional(count),
      acquireTimeout: v.optional(durationMs),
      connectTimeout: v.optional(durationMs),
    }),
  ),
  acquire: v.optional(names),
  release: v.optional(names),
  externalCalls: v.optional(names),
};

const settingsSchema = v.strictObject(settings);
export type WrittenSettings = v.InferOutput<typeof settingsSchema>;

/** poolctl.yaml. */
export const configSchema = v.strictObject({
  /** The JSON Schema, for editors. */
  $schema: v.optional(text),
  lint: v.optional(
    v.strictObject({
      ...settings,
      ignore: v.optional(patterns),
      overrides: v.optional(v.array(v.strictObject({ files: patterns, ...settings }))),
    }),
  ),
  servers: v.optional(
    v.record(
      text,
      v.strictObject({
        host: v.optional(text),
        maxConnections: v.optional(count),
        profile: v.optional(text),
        reserved: v.optional(countOrZero),
        others: v.optional(countOrZero),
      }),
    ),
  ),
});
