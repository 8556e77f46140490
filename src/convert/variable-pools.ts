import { PoolctlError } from '../base/errors.ts';
import type { DeclaredEntry } from '../declarations/entry.ts';
import { environmentForms } from '../declarations/environment-forms.ts';
import { chosenPools } from './choose.ts';
import { placeOfEntry, withKeys } from './entry-pools.ts';
import type { FilePool } from './file-pool.ts';
import type { ReadRequest, SettingsText } from './request.ts';

export function isSetByVariables(system: string | undefined): boolean {
  return environmentForms.some(({ systems }) => system !== undefined && systems.includes(system));
}

/**
 * The pools of systems that variables configure as a file would, and those that the other variables make; empty where no
 * variable is of such a system. What is said of them has the names of the variables.
 */
export function poolsByVariables(
  request: ReadRequest,
  given: readonly DeclaredEntry[],
  poolsIn: (request: ReadRequest, settings: SettingsText) => readonly FilePool[],
): readonly FilePool[] {
  const variables = given.map(withDefault);
  const { from } = request;
  const whole = { ...request, text: '', at: undefined };
  const names = new Map(variables.map((variable) => [placeOfEntry(variable), variable.key]));
  const left = new Set(variables);
  const found = environmentForms
    .filter(({ systems }) => from === undefined || systems.includes(from))
    .flatMap(({ systems, format, settings }) => {
      const entries = settings(variables);
      const places = new Set(entries.map(placeOfEntry));
      for (const variable of variables) if (places.has(placeOfEntry(variable))) left.delete(variable);
      const pools = (of = whole) => (entries.length > 0 ? quietly(() => poolsIn(of, { entries, format })) : []);
      const sure = pools();
      // Variables of two systems that share a prefix are pools of both.
      const ofEach = () => systems.flatMap((system) => pools({ ...whole, from: system }));
      const drafts = sure.length > 0 ? sure : ofEach().filter(({ picked }) => from === undefined && picked.isMarked);
      // Spring Boot's one pool without a name.
      return drafts.map((draft) => withKeys(draft.at === 'spring.datasource' ? { ...draft, at: '' } : draft, names));
    });
  if (found.length === 0) return [];
  const others = quietly(() => poolsIn(whole, { entries: [...left], format: 'dotenv' }));
  const all = [...found, ...others.filter(({ picked }) => picked.isMarked)];
  return chosenPools(all.length === 1 ? all : all.map((draft) => ({ ...draft, at: draft.at || draft.name })), request);
}

/** Compose and shells put the default in place of `${NAME:-7}`; for Spring Boot alone it would be -7. */
function withDefault(entry: DeclaredEntry): DeclaredEntry {
  const value = /^\$\{\w+:?-([^{}]*)\}$/.exec(String(entry.value))?.[1];
  return value === undefined ? entry : { ...entry, value };
}

/** What is to be asked, or is a mistake, may be so in another part of the file than the one that is wanted. */
export function quietly(find: () => readonly FilePool[]): readonly FilePool[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof PoolctlError) return [];
    throw error;
  }
}
