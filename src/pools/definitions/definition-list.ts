import type { PoolDefinition } from '../definition.ts';

/** Reads all definitions by id, as they are now; for one that cannot be understood, the error is for those who ask for it. */
export type DefinitionList = () => Promise<ReadonlyMap<string, PoolDefinition | DefinitionError>>;

/** A definition cannot be understood. The message says which, and what is expected. */
export class DefinitionError extends Error {
  readonly code = 'POOL_DEFINITION_INVALID';
  override readonly name = 'DefinitionError';
}
