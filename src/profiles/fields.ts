import * as v from 'valibot';
import { count, durationMs, text } from '../documents/yaml-fields.ts';

export const amount = v.pipe(v.number('must be a number'), v.finite(), v.minValue(0, 'must not be negative'));

export const confidence = v.picklist(['verified', 'documented', 'derived', 'secondary']);

/** Where a value was read: a page, a repository at a commit, a run. Values cite it by its key in `sources`. */
export const source = v.strictObject({ kind: text, ref: text, confidence });

/** Keys in `sources`: one, or all that a value rests on. */
export const citation = v.union([text, v.array(text)], 'must be a key in `sources`, or a list of them');

/** An entry with its source, or with a confidence where no single source exists. */
export function fact<const Entries extends v.ObjectEntries>(entries: Entries) {
  const evidence = { source: v.optional(citation), confidence: v.optional(confidence), note: v.optional(text) };
  return v.pipe(
    v.strictObject({ ...entries, ...evidence }),
    v.check((row) => {
      const said = row as { source?: unknown; confidence?: unknown };
      return said.source !== undefined || said.confidence !== undefined;
    }, 'needs a `source`, or a `confidence` where no single source says it'),
  );
}

/** A setting by the name that the server or pooler gives it, with the default that it ships, in its own unit. */
export const setting = fact({
  default: v.optional(v.union([v.number(), v.boolean(), text])),
  unit: v.optional(v.picklist(['s', 'ms', 'bytes', 'KiB', '%'])),
  /** The first version that has it. */
  since: v.optional(text),
});

/** A way in which a connection is refused, as the client sees it. Match on `errno`, or on `sqlstate` and `routine`: texts get translated. */
export const refusal = fact({
  case: text,
  errno: v.optional(count),
  sqlstate: v.optional(text),
  code: v.optional(text),
  symbol: v.optional(text),
  routine: v.optional(text),
  message: v.optional(text),
  /** The versions it was seen in or read for. */
  versions: v.optional(text),
  /** The id of the symptom, where it is not the usual one of its kind. */
  symptom: v.optional(text),
});

/** A clock that ends connections: what it waits for, and after how long. */
export const timeLimit = fact({
  name: text,
  kind: v.picklist(['idle', 'idle in transaction', 'transaction', 'statement', 'lifetime']),
  /** The default. Left out where only `rule`, or the configuration in use, can tell. */
  after: v.optional(v.union([v.literal('off'), durationMs])),
  rule: v.optional(text),
  settable: v.optional(v.strictObject({ from: durationMs, to: durationMs })),
  since: v.optional(text),
  /** No packet tells the client: the connection is dead and looks alive. */
  silent: v.optional(v.boolean()),
});

/** A way to tell what a URL leads to: by its host (a regular expression) and port, by SQL that returns a row, or by a test. */
export const hint = fact({
  host: v.optional(text),
  port: v.optional(count),
  sql: v.optional(text),
  test: v.optional(text),
  /** The answer of a server that the hint does not mean. */
  otherwise: v.optional(text),
  /** As the facts of a live server name what the SQL asks for. */
  flavour: v.optional(v.picklist(['aurora', 'standalone'])),
  means: text,
  /** Ids of profiles. */
  servers: v.optional(v.array(text)),
  pooler: v.optional(text),
});

/** A fact that no field has. */
export const remark = v.strictObject({ text, source: text });
