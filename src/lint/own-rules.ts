import { rules } from './rules/index.ts';

/** Rules about suppressions: they need all findings of a file, so the run itself has them. */
export const ownRules = {
  'unused-suppression': { severity: 'warn' },
  'suppression-reason': { severity: undefined, strict: 'warn' },
} as const;

/** Every id that a configuration or a suppression can name. */
export const ruleIds: readonly string[] = [...Object.keys(rules), ...Object.keys(ownRules)];
