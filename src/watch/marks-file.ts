import * as v from 'valibot';
import { withoutUndefined } from '../base/without-undefined.ts';
import { parseDocument } from '../documents/document.ts';
import { nonNegative, object, optional, safeText } from '../documents/fields.ts';
import type { SavedMarks } from './marks.ts';

const marksSchema = 'poolctl.watch-marks/1';

const group = object({
  user: safeText,
  database: optional(safeText),
  application: optional(safeText),
  client: optional(safeText),
  state: optional(safeText),
  connections: nonNegative,
});
const mark = object({ connections: nonNegative, atMs: nonNegative, by: v.array(group) });
const document = object({
  schema: v.literal(marksSchema),
  targets: v.record(
    v.string(),
    object({ serverId: v.string(), highWater: optional(mark), beforeRestart: optional(mark) }),
  ),
});

type Marks = Readonly<Record<string, SavedMarks>>;

/** The marks of a file of --state-file. @throws PoolctlError INPUT_INVALID */
export function readMarks(text: string, file: string): Marks {
  const { targets } = parseDocument(document, text, {
    file,
    what: 'a file of high-water marks',
    hint: 'Name a file that poolctl watch --state-file has written, or one that is not there yet.',
  });
  return Object.fromEntries(
    Object.entries(targets).map(([name, { serverId, highWater, beforeRestart }]) => [
      name,
      { serverId, ...withoutUndefined({ highWater, beforeRestart }) },
    ]),
  );
}

/** What goes into the file. */
export function marksDocument(targets: Marks): object {
  return { schema: marksSchema, targets };
}
