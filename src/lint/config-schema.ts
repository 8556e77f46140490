import * as v from 'valibot';
import { didYouMean } from '../base/suggest.ts';
import { sharedParts } from '../documents/project-file.ts';
import { count, durationMs, text } from '../documents/yaml-fields.ts';
import { presets } from './config.ts';
import { severities } from './finding.ts';
import { ruleIds } from './own-rules.ts';

const names = v.array(text);

const patterns = v.pipe(
  v.array(text),
  v.description('Patterns as in .gitignore, relative to the folder of poolctl.yaml.'),
);

const ruleId = v.pipe(
  v.string(),
  v.check(
    (id) => ruleIds.includes(id),
    ({ input }) => `is no rule.${didYouMean(String(input), ruleIds)} \`poolctl explain\` lists them.`,
  ),
);

const assume = v.pipe(
  v.strictObject({
    statementTimeout: v.optional(v.boolean()),
    slowQueryLog: v.optional(v.boolean()),
    shutdown: v.optional(v.boolean()),
    pooler: v.optional(v.picklist(['transaction', 'session', 'none'])),
  }),
  v.description('What holds outside the repository, so that its absence is no finding.'),
);

const thresholds = v.pipe(
  v.strictObject({
    connectionLimit: v.optional(count),
    acquireTimeout: v.optional(durationMs),
    connectTimeout: v.optional(durationMs),
  }),
  v.description('Above what a size (100) and timeouts (30s, 10s) are found.'),
);

/** What holds for the project, and what an override can change for some files. */
const settings = {
  preset: v.optional(v.picklist(presets)),
  rules: v.optional(v.record(ruleId, v.picklist(['off', ...severities]))),
  assume: v.optional(assume),
  thresholds: v.optional(thresholds),
  acquire: v.optional(v.pipe(names, v.description("The project's own functions that lend a connection."))),
  release: v.optional(v.pipe(names, v.description('Those that take it back.'))),
  externalCalls: v.optional(v.pipe(names, v.description('Those that call another service.'))),
};

const settingsSchema = v.strictObject(settings);
export type WrittenSettings = v.InferOutput<typeof settingsSchema>;

/** poolctl.yaml. */
export const configSchema = v.strictObject({
  $schema: v.optional(v.pipe(text, v.description('This schema, for editors.'))),
  lint: v.optional(
    v.strictObject({
      ...settings,
      ignore: v.optional(patterns),
      overrides: v.optional(v.array(v.strictObject({ files: patterns, ...settings }))),
    }),
  ),
  ...sharedParts,
  fleet: v.optional(
    v.pipe(
      v.strictObject({
        lock: v.optional(
          v.pipe(
            text,
            v.description('The lock of `poolctl fleet --lock`, from the folder of poolctl.yaml (fleet.lock.json).'),
          ),
        ),
        service: v.optional(v.pipe(text, v.description('What fleet.yaml calls the service of this repository.'))),
      }),
      v.description('The fleet that the project is part of, and what its lock allows it.'),
    ),
  ),
});
