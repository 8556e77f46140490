import type { LintConfig } from './config.ts';
import type { Severity } from './finding.ts';
import type { Rule } from './rule.ts';

/** What a rule is set to for a file; undefined where it is off. */
export function severityOf(id: string, rule: Rule, { rules, preset }: LintConfig): Severity | undefined {
  const set = rules[id] ?? presetOf(rule)[preset];
  return set === 'off' ? undefined : set;
}

function presetOf({ severity, strict = severity, library = severity }: Rule) {
  return { recommended: severity, strict, library };
}
