import * as v from 'valibot';
import { didYouMean } from '../base/suggest.ts';
import { count, countOrZero, durationMs, text } from '../documents/yaml-fields.ts';
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

const writtenServer = v.strictObject({
  host: v.optional(v.pipe(text, v.description('The name that DSNs of the project call it by.'))),
  maxConnections: v.optional(count),
  profile: v.optional(v.pipe(text, v.description('A name of `poolctl size --server`.'))),
  reserved: v.optional(v.pipe(countOrZero, v.description("Slots that nobody's pool may take."))),
  others: v.optional(v.pipe(countOrZero, v.description('Connections of other clients.'))),
});

const server = v.pipe(
  writtenServer,
  v.check(
    ({ maxConnections, profile }) => maxConnections !== undefined || profile !== undefined,
    'has no limit: write maxConnections, or a profile that has one.',
  ),
  v.check(
    ({ maxConnections, reserved = 0, others = 0 }) =>
      maxConnections === undefined || reserved + others < maxConnections,
    ({ input: { maxConnections, reserved = 0, others = 0 } }) =>
      `leaves no connection to pools: ${reserved} reserved and ${others} of others, of ${maxConnections}.`,
  ),
);

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
  servers: v.optional(
    v.pipe(v.record(text, server), v.description('The servers that pools connect to, and their budgets.')),
  ),
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
