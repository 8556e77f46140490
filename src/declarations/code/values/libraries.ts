import type { DeclaredPool } from '../../declared-pool.ts';
import { exportedBy, knownLibrary, nameIn } from '../libraries/index.ts';
import type { Given, Method } from '../libraries/library.ts';
import type { LibraryObject } from '../library-object.ts';
import type { Abstract, ExternalValue, LibraryValue } from './abstract.ts';
import { once } from './objects.ts';

/** An object of a library; its pool is worked out when somebody asks for it. */
export function libraryValue(library: string, given: Given, pool?: () => DeclaredPool | undefined): LibraryValue {
  const described = typeof given === 'string' ? { kind: given } : given;
  const found = pool && once(pool);
  return {
    kind: 'library',
    object: {
      library,
      ...described,
      get pool() {
        return found?.();
      },
    },
  };
}

function packageNameOf(name: string): string {
  return knownLibrary(name)?.packages[0] ?? name;
}

/** What a call of a package's export gives, apart from a pool that it may make. */
export function givenBy(external: ExternalValue, pool?: () => DeclaredPool | undefined): LibraryValue | undefined {
  const gives = exportedBy(external)?.gives;
  return gives && libraryValue(packageNameOf(external.package), gives, pool);
}

/** What a value of a type is that a package exports. */
export function typedBy(external: ExternalValue): LibraryValue | undefined {
  const exported = exportedBy(external);
  const given = exported?.typed ?? exported?.gives ?? exported?.is;
  return given && libraryValue(packageNameOf(external.package), given);
}

/** The package, class or function, where it is of a library. */
export function moduleObject(external: ExternalValue): LibraryObject | undefined {
  const library = knownLibrary(external.package);
  return library && { library: library.packages[0], kind: 'module', name: nameIn(external) };
}

function methodOf({ library, kind }: LibraryObject, name: string): Method | undefined {
  const methods = knownLibrary(library)?.methods?.[kind];
  return methods && Object.hasOwn(methods, name) ? methods[name] : undefined;
}

/** What a method of an object of a library gives; undefined where it is nothing that poolctl follows. */
export function methodGives({ object }: LibraryValue, name: string): Abstract | undefined {
  const gives = methodOf(object, name)?.gives;
  return gives && derived(object, gives);
}

/** What the library hands to the callback of a method. */
export function methodLends({ object }: LibraryValue, name: string, index: number): LibraryValue | undefined {
  const lent = methodOf(object, name)?.lends?.[index];
  return lent && derived(object, lent);
}

export function libraryProperty({ object }: LibraryValue, name: string): LibraryValue | undefined {
  const properties = knownLibrary(object.library)?.properties?.[object.kind];
  const given = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return given && derived(object, given);
}

/** What comes out of an object has the same pool, and stands in the same transaction. */
function derived(from: LibraryObject, given: Given): LibraryValue {
  const described = typeof given === 'string' ? { kind: given } : given;
  const isTransactional = described.isTransactional ?? from.isTransactional;
  const takesCallbacks = described.takesCallbacks ?? (described.kind === 'client' && from.takesCallbacks);
  return libraryValue(
    from.library,
    { ...described, ...(isTransactional && { isTransactional }), ...(takesCallbacks && { takesCallbacks }) },
    () => from.pool,
  );
}
