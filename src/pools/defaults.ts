import { type FieldKinds, wrongField } from '../base/check-fields.ts';
import { atLeast, whole } from '../base/check-number.ts';
import { longestTimerMs } from '../base/deadline.ts';
import { PoolctlError } from '../base/errors.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { partOf } from './budget.ts';
import type { PoolDefinition } from './definition.ts';
import type { BudgetOptions, ManagerSettings, PoolManagerOptions } from './options.ts';

/** Of a definition: those of the guide to pools of external databases, and HikariCP's lifetime. */
const defaults = {
  max: 10,
  idleMs: 30_000,
  connectTimeoutMs: 30_000,
  statementTimeoutMs: 60_000,
  lifetimeMs: 1_800_000,
  applicationName: 'poolctl',
  isActive: true,
} satisfies Partial<PoolDefinition>;

/** A definition in which nothing is left open but what has no default. */
export type CompleteDefinition = PoolDefinition & Required<Omit<PoolDefinition, 'secret' | 'tls'>>;

export function completed(definition: PoolDefinition): CompleteDefinition {
  const given = { ...defaults, ...(withoutUndefined(definition) as PoolDefinition) };
  return { min: given.engine === 'postgres' ? Math.min(2, given.max) : 0, ...given };
}

/** Of a manager. The budget: PostgreSQL lets 97 in by default, and 40 leaves room for a second instance and a deploy. */
const managerDefaults = {
  maxPools: 100,
  idleMs: 600_000,
  acquireTimeoutMs: 5_000,
  slowAcquireMs: 1_000,
  leakMs: 60_000,
  sweepMs: 5_000,
  healthMs: 60_000,
  healthTimeoutMs: 2_000,
  probeWhenEmpty: false,
  stalledMs: 30_000,
  validateAfterMs: 5_000,
  validationTimeoutMs: 1_000,
  drainWarnMs: 30_000,
  drainErrorMs: 3_600_000,
  endTimeoutMs: 5_000,
  circuitFailures: 5,
  circuitBaseMs: 500,
  circuitCapMs: 30_000,
};

/** Of these, 0 is a number like any other; the others must be at least 1. */
const mayBeZero: ReadonlySet<string> = new Set(['slowAcquireMs', 'leakMs', 'validateAfterMs', 'circuitBaseMs']);

const settingKinds = Object.fromEntries(
  Object.entries(managerDefaults).map(([name, value]) => [name, typeof value]),
) as FieldKinds<typeof managerDefaults>;
const optionKinds: FieldKinds<PoolManagerOptions> = { budget: 'object', lookup: 'function', ...settingKinds };
const budgetKinds: FieldKinds<BudgetOptions> = { perServer: 'number', total: 'number', instances: 'number' };

/** @throws PoolctlError VALUE_INVALID */
export function settingsOf(given: PoolManagerOptions): ManagerSettings {
  refuse('What PoolManager was given', wrongField(given, optionKinds));
  const { budget = {}, lookup: _, ...options } = given;
  refuse('The budget of PoolManager', wrongField(budget, budgetKinds));
  const { perServer = 40, total = 200, instances = 1 } = budget;
  for (const [name, value] of Object.entries({ perServer, total, instances })) whole(`budget.${name}`, value, 1);
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number') atLeast(name, value, mayBeZero.has(name) ? 0 : 1, longestTimerMs);
  }
  return {
    ...managerDefaults,
    ...withoutUndefined(options),
    perServer: partOf(perServer, instances),
    total: partOf(total, instances),
  };
}

function refuse(what: string, wrong: string | undefined): void {
  if (wrong !== undefined) throw new PoolctlError('VALUE_INVALID', `${what} ${wrong}`);
}
