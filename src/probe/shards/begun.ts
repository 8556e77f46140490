import * as v from 'valibot';
import { safeText } from '../../documents/fields.ts';
import { shardSchemaName } from '../schema-name.ts';

/** As far as it matters whether a shard has begun, of whatever version. */
const begun = v.object({
  schema: v.literal(shardSchemaName),
  result: v.object({
    run: v.exactOptional(v.string()),
    plan: v.object({ hash: v.string() }),
    finished: v.string(),
    host: safeText,
    processId: v.number(),
    startedAt: v.exactOptional(v.string()),
  }),
});

export type BegunShard = v.InferOutput<typeof begun>['result'];

/** What a file says of a shard that wrote it; undefined for any other text. */
export function begunShard(text: string): BegunShard | undefined {
  try {
    const read = v.safeParse(begun, JSON.parse(text));
    return read.success ? read.output.result : undefined;
  } catch {
    return undefined;
  }
}
