import type { EngineId } from '../../../base/engine.ts';
import type { DeclaredOption, DeclaredPool } from '../../declared-pool.ts';
import type { SourceSpan } from '../../source-span.ts';
import type { LibraryKind, LibraryObject } from '../library-object.ts';
import type { Abstract, ExternalValue } from '../values/abstract.ts';

/** An object of a library, by its kind alone or with more about it. */
export type Given = LibraryKind | Pick<LibraryObject, 'kind' | 'isTransactional' | 'takesCallbacks'>;

/** A method of an object of a library. Promises are taken for what they resolve to. */
export interface Method {
  readonly gives?: Given;
  /** What the parameters of its callback are. */
  readonly lends?: readonly (Given | undefined)[];
}

/** A call that may make a pool, with its arguments evaluated. */
export interface PoolCall {
  readonly what: ExternalValue;
  /** The call itself. */
  readonly place: SourceSpan;
  readonly args: readonly Abstract[];
  /** The version of a package for the file of the call. */
  versionOf(packageName: string): string | undefined;
  /** What a function of the project gives back. */
  call(callee: Abstract): Abstract;
  /** What a method gives back, of the class or the object that has it. */
  callMethod(of: Abstract, name: string): Abstract;
  /** Says why nothing is known of a pool that the call may make, for `--explain`. */
  note(why: string): void;
}

/** What the call says of its pool. */
export interface PoolDraft extends Pick<DeclaredPool, 'library' | 'driver' | 'opaque' | 'endpoints' | 'environment'> {
  /** Where the options are another package's than the one that is called: `typeorm` below `@nestjs/typeorm`. */
  readonly package?: string;
  readonly engine?: EngineId | undefined;
  readonly options: readonly DeclaredOption[];
}

/** Something that a package exports. */
export interface Exported {
  /** What a call of it, or `new`, gives; also what a value of this type is, unless `typed` says otherwise. */
  readonly gives?: Given;
  readonly typed?: Given;
  /** It is such an object itself. */
  readonly is?: Given;
  /** The call makes a pool; undefined where it makes none, such as for SQLite. */
  readonly makes?: (call: PoolCall) => PoolDraft | undefined;
  /** The call gives this export, which can be called in turn: `pgPromise()` of pg-promise. */
  readonly returns?: string;
  /** What the call gives has the pool that stands among its arguments. */
  readonly wraps?: true;
  readonly lends?: Method['lends'];
}

type Table<Entry> = Partial<Readonly<Record<LibraryKind, Readonly<Record<string, Entry>>>>>;

/** What poolctl knows of the objects of a database library. */
export interface Library {
  /** The npm package, and others that export the same. */
  readonly packages: readonly [string, ...string[]];
  /** By name, with dots; the empty name is the package itself where that can be called. Depends on the subpath of the import. */
  exports(subpath: string): Readonly<Record<string, Exported>>;
  readonly methods?: Table<Method>;
  readonly properties?: Table<Given>;
}
