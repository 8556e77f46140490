import type { Protocol } from '../target.ts';
import { mysqlSystems } from './mysql.ts';
import type { DsnParameter, DsnSystem } from './parameter.ts';
import { postgresSystems } from './postgres.ts';

/** Every system whose DSNs poolctl reads, with all that its manual lets them say; docs/dsn.md has the same as a table. */
export const dsnSystems: readonly DsnSystem[] = [...postgresSystems, ...mysqlSystems];

const known = { postgres: byName(postgresSystems), mysql: byName(mysqlSystems) } as const;

function byName(systems: readonly DsnSystem[]): ReadonlyMap<string, DsnParameter> {
  const found = new Map<string, DsnParameter>();
  for (const parameter of systems.flatMap(({ parameters }) => parameters)) {
    for (const name of parameter.names) if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), parameter);
  }
  return found;
}

/** What poolctl does with a parameter; undefined for a name that no system has. */
export function parameterNamed(protocol: Protocol, name: string): DsnParameter | undefined {
  return known[protocol].get(name.toLowerCase());
}

/** libpq's variables, as pairs of a parameter's name and what the environment has for it. */
export function pairsOfEnvironment(env: Readonly<Record<string, string | undefined>>): [string, string][] {
  return postgresSystems.flatMap(({ parameters }) =>
    parameters.flatMap(({ env: variable, names: [name = ''] }): [string, string][] => {
      const value = variable === undefined ? undefined : env[variable];
      return value ? [[name, value]] : [];
    }),
  );
}
