import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import type { EnforceTarget } from './target.ts';

/** What `fleet --enforce` can write, by its name there; a file is loaded only when it is asked for. */
const targets = {
  sql: async () => (await import('./sql.ts')).sql,
  pgbouncer: async () => (await import('./pgbouncer.ts')).pgbouncer,
  'admission-policy': async () => (await import('./admission-policy.ts')).admissionPolicy,
  opa: async () => (await import('./opa.ts')).opa,
  terraform: async () => (await import('./terraform.ts')).terraform,
  helm: async () => (await import('./helm.ts')).helm,
  'startup-check': async () => (await import('./startup-check.ts')).startupCheck,
} as const satisfies Readonly<Record<string, () => Promise<EnforceTarget>>>;

export type EnforceTargetName = keyof typeof targets;

export const enforceTargetNames = Object.keys(targets) as readonly EnforceTargetName[];

/** @throws PoolctlError VALUE_INVALID where there is no such target */
export function parseEnforceTarget(text: string, source = '--enforce'): EnforceTargetName {
  const name = enforceTargetNames.find((known) => known === text);
  if (name !== undefined) return name;
  throw new PoolctlError(
    'VALUE_INVALID',
    `${source} "${text}" is no place to enforce a budget.${didYouMean(text, enforceTargetNames)}`,
    { hint: `Write one or more of ${enforceTargetNames.join(', ')}, with commas between them.` },
  );
}

export function loadEnforceTarget(name: EnforceTargetName): Promise<EnforceTarget> {
  return targets[name]();
}
