import type { Flag, Sourced } from '../../cli/flag.ts';
import type { ReadOption } from '../../cli/options.ts';

/** The flag as it stands on the command line: what the environment says is for all probes, and no contradiction. */
export function givenFlag(read: ReadOption, row: Flag): string | undefined {
  const name = `--${row.flag}`;
  if (!row.takes) return read(row) ? name : undefined;
  const values: readonly (Sourced<unknown> | undefined)[] = 'isRepeatable' in row ? read(row) : [read(row)];
  return values.some((value) => value?.source === name) ? name : undefined;
}
