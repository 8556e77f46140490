import type { Io } from '../../base/io.ts';
import type { Flag, Sourced, SwitchRow, ValueRow } from '../../cli/flag.ts';
import type { LoadToSize } from '../../measure/document.ts';
import type { PoolProfile } from '../../profiles/pool.ts';
import type { SizeInput } from '../../size/input.ts';
import type { KnownPlatform } from './known-platform.ts';
import type { KnownServer } from './known-server.ts';

type Part = Exclude<
  keyof SizeInput,
  'deadlineMs' | 'method' | 'memory' | 'sources' | 'simulatedNeed' | 'proved' | 'driver'
>;
type KeysOf<T> = Extract<keyof NonNullable<T>, string>;
/** Where a value stands in the input: `workload.p95Ms`. */
type SizePath = 'deadlineMs' | 'method' | { [P in Part]: `${P}.${KeysOf<SizeInput[P]>}` }[Part];
type At<T, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? At<NonNullable<T[Head & keyof T]>, Rest>
  : NonNullable<T[Path & keyof T]>;

type ProfilePart = 'settings' | 'workload';
type ProfileKey = 'headroom' | { [P in ProfilePart]: `${P}.${KeysOf<PoolProfile[P]>}` }[ProfilePart];

/** What may supply a value of the input beside its flag; see `sizeFlags`. */
interface Suppliers<T> {
  readonly measured?: (load: LoadToSize) => T | undefined;
  readonly server?: (known: KnownServer) => Sourced<T> | undefined;
  readonly platform?: (known: KnownPlatform) => Sourced<T> | undefined;
  readonly profile?: ProfileKey;
}

interface Placed<Path extends SizePath> extends Suppliers<At<SizeInput, Path>> {
  readonly path: Path;
}

type ValueAt<Path extends SizePath> = Placed<Path> &
  (
    | ValueRow<At<SizeInput, Path>>
    /** `open` makes the value of what the named file holds. */
    | (ValueRow<string> & { readonly open: (file: string, io: Io) => Promise<At<SizeInput, Path>> })
  );

/** A value of the input, with all that may supply it; what its parser makes fits its path. */
type ValueOfInput = { [Path in SizePath]: ValueAt<Path> }[SizePath];
/** A value of the input that has no flag. */
type UnflaggedRow = { [Path in SizePath]: Placed<Path> & { readonly flag?: undefined } }[SizePath];
/** A flag whose value is no part of the input. */
export type OtherRow = (SwitchRow | ValueRow<unknown>) & { readonly path?: undefined };
export type SizeRow = (ValueOfInput & { readonly flag: string; readonly group: string }) | UnflaggedRow;

/** Makes one group of the flags of `size`. */
export type SizeGroup = <const Rows extends Readonly<Record<string, ValueOfInput | OtherRow>>>(
  group: string,
  rows: Rows,
) => { readonly [Name in keyof Rows]: Flag<Rows[Name]> };
