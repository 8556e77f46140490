import type { SizeInput } from './input.ts';
import { formulaRule, type SizingRule } from './rule.ts';

/** Where the value at a path of the input came from. */
export type SourceFinder = (path: string) => string;

/** `--p95`, `POOLCTL_P95`, `profile large: headroom`; `default` where none was given. */
export function sourceFinder(input: SizeInput, rule: SizingRule): SourceFinder {
  return (path) => {
    const named = input.sources?.[path];
    if (named !== undefined) return named;
    const [group, key] = path.split('.') as [keyof SizeInput, string?];
    if (group === 'rule' && key !== undefined) {
      return rule[key as keyof SizingRule] === formulaRule[key as keyof SizingRule] ? 'default' : 'given';
    }
    const value = input[group];
    const given = key === undefined ? value : (value as Record<string, unknown> | undefined)?.[key];
    return given === undefined ? 'default' : 'given';
  };
}
