import type { Io } from '../../base/io.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Flag, Sourced } from '../../cli/flag.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { LoadToSize } from '../../measure/document.ts';
import type { SizeInput } from '../../size/input.ts';
import type { Workload } from '../../size/workload.ts';
import type { KnownPlatform } from './known-platform.ts';
import type { KnownServer } from './known-server.ts';
import type { NamedProfile } from './profile.ts';
import type { OtherRow, SizeRow } from './row.ts';
import { answers, giveWayToRivals } from './rules.ts';

export interface Supplied {
  /** By flag. */
  readonly given: ReadonlyMap<string, Sourced<unknown>>;
  readonly load?: Sourced<LoadToSize> | undefined;
  readonly server?: KnownServer | undefined;
  readonly platform?: KnownPlatform | undefined;
  readonly profile?: NamedProfile | undefined;
}

/** The rows of a table that are values of the input. */
export function inputRows(table: Readonly<Record<string, SizeRow | (OtherRow & Flag)>>): SizeRow[] {
  return Object.values(table).filter((row): row is SizeRow => row.path !== undefined);
}

/** What the flags and the environment say, by flag. @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION … */
export async function readGiven(
  rows: readonly SizeRow[],
  read: ReadOption,
  io: Io,
): Promise<Map<string, Sourced<unknown>>> {
  const given = new Map<string, Sourced<unknown>>();
  for (const row of rows) {
    if (row.flag === undefined) continue;
    const sourced = read<unknown>(row);
    if (sourced === undefined) continue;
    given.set(row.flag, 'open' in row ? { ...sourced, value: await row.open(`${sourced.value}`, io) } : sourced);
  }
  giveWayToRivals(given);
  return given;
}

/** The input of `size` by its rows, each value from the first supplier that has one, and where each came from. */
export function fillInput(
  rows: readonly SizeRow[],
  supplied: Supplied,
): SizeInput & { readonly workload: Workload; readonly sources: Readonly<Record<string, string>> } {
  const input: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const row of rows) {
    const answer = answers.find((flags) => flags.some((flag) => flag === row.flag));
    const set = answer ? rows.filter(({ flag }) => answer.some((member) => member === flag)) : [row];
    const supplier = suppliers.find((candidate) => set.some((member) => candidate(member, supplied) !== undefined));
    const sourced = supplier?.(row, supplied);
    if (sourced === undefined) continue;
    sources[row.path] = sourced.source;
    const [part = '', key] = row.path.split('.');
    input[part] = key === undefined ? sourced.value : { ...(input[part] as object | undefined), [key]: sourced.value };
  }
  // The types of the rows bind each value to its path.
  const { workload, ...filled } = input as SizeInput;
  return { ...filled, workload: { ...workload, ...withoutUndefined({ scope: scopeOf(supplied, sources) }) }, sources };
}

/** A rate is that of the fleet where the flag or the measurement that supplied it says so. */
function scopeOf({ given, load }: Supplied, sources: Readonly<Record<string, string>>): 'fleet' | undefined {
  const isMeasured = load !== undefined && sources['workload.arrivalRatePerSecond'] === load.source;
  return given.has('total-tps') || (isMeasured && !load.value.isOfInstance) ? 'fleet' : undefined;
}

type Supplier = (row: SizeRow, supplied: Supplied) => Sourced<unknown> | undefined;

/** The first that has a value supplies it. */
const suppliers: readonly Supplier[] = [
  ({ flag }, { given }) => (flag === undefined ? undefined : given.get(flag)),
  ({ measured }, { load }) => {
    const value = load && measured?.(load.value);
    return value === undefined ? undefined : { value, source: load?.source ?? '' };
  },
  ({ server: of }, { server }) => server && of?.(server),
  ({ platform: of }, { platform }) => platform && of?.(platform),
  ({ profile: key }, { profile }) => {
    if (!profile || !key) return undefined;
    const value = key
      .split('.')
      .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], profile.values);
    return value === undefined ? undefined : { value, source: `profile ${profile.name}: ${key}` };
  },
];
