import type { PoolDefinition } from '../definition.ts';

/** What depends on how many people use a database at the same time. */
export type UserSettings = Required<Pick<PoolDefinition, 'max' | 'connectTimeoutMs' | 'statementTimeoutMs'>>;

/** As the profiles users-small, users-medium and users-large (`poolctl profiles list`); up to `users` at the same time. */
const steps: readonly (UserSettings & { readonly users: number })[] = [
  { users: 49, max: 5, connectTimeoutMs: 30_000, statementTimeoutMs: 60_000 },
  { users: 200, max: 10, connectTimeoutMs: 30_000, statementTimeoutMs: 90_000 },
  { users: Number.POSITIVE_INFINITY, max: 20, connectTimeoutMs: 60_000, statementTimeoutMs: 120_000 },
];

/**
 * Settings for a pool to an external database that so many people use at the same time: 5, 10 or 20 connections. A start
 * where nothing was measured; `poolctl size` with measured figures is better.
 *
 * @throws RangeError when it is not a number of people
 */
export function settingsForUsers(concurrentUsers: number): UserSettings {
  const step = steps.find(({ users }) => concurrentUsers <= users);
  if (!step || concurrentUsers < 0)
    throw new RangeError(`${concurrentUsers} is not a number of concurrent users. Give 0 or more.`);
  const { users: _, ...settings } = step;
  return settings;
}
