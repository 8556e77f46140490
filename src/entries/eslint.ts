import { packageVersion } from '../base/version.ts';
import { lintEdited } from '../lint/editor.ts';
import type { Finding } from '../lint/finding.ts';
import type { Rule } from '../lint/rule.ts';
import { rules } from '../lint/rules/index.ts';
import { inOneLine } from '../lint/sentences.ts';
import { rulePageTitle } from '../profiles/rule-pages.ts';

/** Lines from 1, columns from 0. */
export interface EslintPosition {
  readonly line: number;
  readonly column: number;
}

export interface EslintSource {
  readonly text: string;
  getLocFromIndex(index: number): EslintPosition;
}

/** What the linters give to a rule; oxlint has the same. */
export interface EslintContext {
  readonly filename: string;
  readonly physicalFilename?: string;
  readonly cwd: string;
  readonly sourceCode: EslintSource;
  report(problem: {
    readonly loc: { readonly start: EslintPosition; readonly end: EslintPosition };
    readonly message: string;
  }): void;
}

export interface EslintRule {
  readonly meta: { readonly type: 'problem'; readonly docs: { readonly description: string }; readonly schema: [] };
  create(context: EslintContext): { Program(): void };
}

export interface EslintPlugin {
  readonly meta: { readonly name: 'poolctl'; readonly version: string };
  readonly rules: Record<string, EslintRule>;
  readonly configs: Record<'recommended' | 'strict', { plugins: object; rules: Record<string, 'error' | 'warn'> }>;
}

/** Rules that find something in one file of code; the others are for `poolctl lint`. */
const ofFiles = Object.entries(rules).filter(([, rule]) => rule.checkPool || rule.checkCode);

/** One analysis a file, for all rules. oxlint has the same object for every file, so the text is compared, too. */
const analysed = new WeakMap<EslintSource, { file: string; text: string; findings: readonly Finding[] }>();

function findingsIn({ physicalFilename, filename, cwd, sourceCode }: EslintContext): readonly Finding[] {
  const file = physicalFilename ?? filename;
  const { text } = sourceCode;
  const known = analysed.get(sourceCode);
  if (known && known.file === file && known.text === text) return known.findings;
  const findings = lintEdited(file, text, cwd);
  analysed.set(sourceCode, { file, text, findings });
  return findings;
}

function eslintRule(id: string): EslintRule {
  return {
    meta: { type: 'problem', docs: { description: rulePageTitle(id) }, schema: [] },
    create: (context) => ({
      Program() {
        for (const finding of findingsIn(context)) {
          if (finding.rule !== id) continue;
          const { start, end } = finding.place;
          const at = (index: number) => context.sourceCode.getLocFromIndex(index);
          context.report({ loc: { start: at(start), end: at(end) }, message: inOneLine(finding) });
        }
      },
    }),
  };
}

/** ESLint has no level below a warning. */
function levels(preset: 'severity' | 'strict'): Record<string, 'error' | 'warn'> {
  const level = (rule: Rule) => (preset === 'strict' ? (rule.strict ?? rule.severity) : rule.severity);
  return Object.fromEntries(
    ofFiles.flatMap(([id, rule]) => {
      const severity = level(rule);
      return severity === undefined ? [] : [[`poolctl/${id}`, severity === 'error' ? 'error' : 'warn'] as const];
    }),
  );
}

/** The rules of `poolctl lint` on code, as a plugin of ESLint 9 and 10, and of oxlint (`jsPlugins`). */
const plugin: EslintPlugin = {
  meta: { name: 'poolctl', version: packageVersion() },
  rules: Object.fromEntries(ofFiles.map(([id]) => [id, eslintRule(id)])),
  configs: {
    recommended: {
      get plugins() {
        return { poolctl: plugin };
      },
      rules: levels('severity'),
    },
    strict: {
      get plugins() {
        return { poolctl: plugin };
      },
      rules: levels('strict'),
    },
  },
};

export { plugin as default };
