import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import { readYamlDocument } from '../documents/yaml-document.ts';
import { inUnits, password, port, text } from '../documents/yaml-fields.ts';
import { parseAlarmLimits } from './alarm-limits.ts';
import { parseIntervalMs } from './interval.ts';
import type { AlarmLimits, LimitedAlarm } from './thresholds.ts';

export const targetKinds = ['auto', 'postgres', 'mysql', 'mariadb', 'pgbouncer'] as const;

const dsn = v.union(
  [text, v.strictObject({ env: text }), v.strictObject({ file: text })],
  'must be a DSN, { env: NAME } or { file: PATH }',
);

/** `80%:95%`, as behind --alarm. */
function limits(alarm: LimitedAlarm) {
  return v.exactOptional(
    v.pipe(
      v.union([v.string(), v.number(), v.literal(false)], 'must be a limit or two, or off'),
      v.rawTransform(({ dataset, addIssue, NEVER }): AlarmLimits => {
        try {
          return parseAlarmLimits(alarm, dataset.value === false ? 'off' : String(dataset.value), 'the value');
        } catch (error) {
          if (!(error instanceof PoolctlError)) throw error;
          addIssue({ message: `${error.message} ${error.hint ?? ''}`.trim() });
          return NEVER;
        }
      }),
    ),
  );
}

const alarms = v.strictObject({
  saturation: limits('saturation'),
  waiters: limits('waiters'),
  'max-wait': limits('max-wait'),
  'idle-tx': limits('idle-tx'),
  'tx-age': limits('tx-age'),
});

const labelName = v.pipe(
  v.string(),
  v.regex(/^[a-zA-Z_]\w*$/, 'the name of a label has letters, digits and _, and begins with no digit'),
);

const target = v.strictObject({
  name: text,
  dsn: v.exactOptional(dsn),
  host: v.exactOptional(text),
  port: v.exactOptional(port),
  db: v.exactOptional(text),
  user: v.exactOptional(text),
  password: v.exactOptional(password),
  kind: v.exactOptional(v.picklist(targetKinds)),
  interval: v.exactOptional(inUnits(parseIntervalMs)),
  alarms: v.exactOptional(alarms),
  labels: v.exactOptional(v.record(labelName, v.pipe(v.union([v.string(), v.number()]), v.transform(String)))),
});

const schema = v.strictObject({
  version: v.literal(1, 'must be 1'),
  targets: v.pipe(v.array(target), v.minLength(1, 'names no target')),
});

/** A target as the file has it. */
export type WrittenTarget = v.InferOutput<typeof target>;

const hint = 'docs/watch.md has the keys of a file of targets.';

/** The targets of a file. @throws PoolctlError CONFIG_INVALID with line and column */
export function readTargetsFile(written: string, path: string): readonly WrittenTarget[] {
  const { targets } = readYamlDocument(schema, written, path, { code: 'CONFIG_INVALID', hint });
  const names = targets.map(({ name }) => name);
  for (const [index, { name, dsn: whole, host, port: ownPort, db, user }] of targets.entries()) {
    const refuse = (why: string) => new PoolctlError('CONFIG_INVALID', `${path}: target ${name}: ${why}`, { hint });
    if (names.indexOf(name) < index) throw refuse('two targets have this name. Rename one.');
    if (whole === undefined && host === undefined) throw refuse('it has neither dsn nor host.');
    if (whole !== undefined && [host, ownPort, db, user].some((part) => part !== undefined)) {
      throw refuse('it has a dsn, and host, port, db or user as well. Keep one of the two.');
    }
  }
  return targets;
}
