import { didYouMean } from '../../base/suggest.ts';
import type { LintConfig } from '../config.ts';
import type { Finding } from '../finding.ts';
import { ownRules, ruleIds } from '../own-rules.ts';
import { severityOf } from '../severity.ts';
import { commentDirectives } from './comments.ts';
import type { Directive } from './directive.ts';
import { labelDirectives } from './labels.ts';

export interface Judged {
  readonly findings: readonly Finding[];
  /** How many findings a suppression of the file has taken away. */
  readonly suppressed: number;
}

/** The findings of one file that no comment or label in it suppresses, and what is wrong with those. */
export function applyDirectives(
  findings: readonly Finding[],
  { text, path }: { readonly text: string; readonly path: string },
  config: LintConfig,
  /** Whether a rule had its say; another one's suppressions may be of use elsewhere. */
  hasRun: (rule: string) => boolean = () => true,
): Judged {
  const directives = text.includes('poolctl') ? [...commentDirectives(text, path), ...labelDirectives(text, path)] : [];
  if (directives.length === 0) return { findings, suppressed: 0 };
  const used = new Set<string>();
  const kept = findings.filter((finding) => {
    const covering = directives.filter((directive) => covers(directive, finding));
    for (const directive of covering) used.add(keyOf(directive, finding.rule));
    return covering.length === 0;
  });
  const own = directives.flatMap((directive) =>
    remarksOn(directive, config, (rule) => !hasRun(rule) || used.has(keyOf(directive, rule))),
  );
  return { findings: [...kept, ...own], suppressed: findings.length - kept.length };
}

const keyOf = ({ place }: Directive, rule: string) => `${place.start} ${rule}`;

/** A finding is covered where any of its lines is, so that an object of many lines can be spoken of at its start or its end. */
function covers({ rules, from, to }: Directive, { rule, place }: Finding): boolean {
  return rules.includes(rule) && place.line <= to && place.endLine >= from;
}

function remarksOn(directive: Directive, config: LintConfig, isUseful: (rule: string) => boolean): Finding[] {
  const { rules, reason } = directive;
  const say = (rule: keyof typeof ownRules, about: string, message: string, fix: string) => {
    const severity = severityOf(rule, ownRules[rule], config);
    return severity === undefined ? [] : [{ rule, severity, ...findingAt(directive, about, message, fix) }];
  };
  const unused = (about: string, message: string, fix: string) => say('unused-suppression', about, message, fix);
  return [
    ...(rules.length === 0 ? unused('', 'This suppression names no rule.', 'Name the rules that it is for.') : []),
    ...rules.flatMap((rule) => {
      if (!ruleIds.includes(rule))
        return unused(
          rule,
          `This suppression names "${rule}", which is no rule.${didYouMean(rule, ruleIds)}`,
          'Correct the name.',
        );
      return isUseful(rule) ? [] : unused(rule, `Nothing here is found by ${rule}.`, 'Remove the suppression.');
    }),
    ...(reason === undefined
      ? say('suppression-reason', rules.join(), 'This suppression gives no reason.', 'Add ` -- ` and the reason.')
      : []),
  ];
}

function findingAt({ place }: Directive, about: string, message: string, fix: string) {
  return { confidence: 'high' as const, place, message, fix, origins: [], related: [], fingerprint: about };
}
