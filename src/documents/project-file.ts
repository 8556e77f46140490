import * as v from 'valibot';
import { count, countOrZero, text } from './yaml-fields.ts';

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

const name = v.pipe(text, v.regex(/^[A-Za-z][\w-]*$/, 'must be a name: letters, digits, - and _, with a letter first'));
const flagValue = v.union([v.string(), v.number()], 'must be text or a number, as on the command line');
const target = v.union(
  [v.strictObject({ env: text }), v.strictObject({ file: text })],
  'must be { env: NAME } of a variable that holds the DSN, or { file: PATH } of a file that does',
);

/** The parts of poolctl.yaml that every command reads; `lint` and `fleet` have more of it. */
export const sharedParts = {
  servers: v.optional(
    v.pipe(
      v.record(text, server),
      v.description('The servers that pools connect to, and their budgets; `poolctl size --server NAME` takes one.'),
    ),
  ),
  targets: v.optional(
    v.pipe(
      v.record(name, target),
      v.description('Servers to ask, by a name that stands where a DSN may: `poolctl inspect NAME`.'),
    ),
  ),
  defaults: v.optional(
    v.pipe(
      v.record(name, v.record(text, flagValue)),
      v.description('Values of flags that nobody gives, by command: `size: { headroom: 30% }`; `every` is for all.'),
    ),
  ),
};

/** The same, of a file whose other parts are somebody else's matter. */
export const sharedSchema = v.looseObject(sharedParts);
export type SharedSettings = v.InferOutput<typeof sharedSchema>;
