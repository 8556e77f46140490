import { wrapParagraphs } from '../../src/base/wrap.ts';
import { ownRules } from '../../src/lint/own-rules.ts';
import type { Rule } from '../../src/lint/rule.ts';
import { rules } from '../../src/lint/rules/index.ts';
import type { RulePage } from '../../src/profiles/rule-page.ts';

const all: Readonly<Record<string, Rule>> = { ...rules, ...ownRules };
const name = (severity: string | undefined) => severity ?? 'off';

/** What each preset makes of a rule: recommended, strict, library. */
export function levelsOf(id: string): readonly [recommended: string, strict: string, library: string] {
  const { severity, strict = severity, library = severity } = all[id] ?? { severity: undefined };
  return [name(severity), name(strict), name(library)];
}

const languages: Readonly<Record<string, string>> = { env: 'ini', prisma: 'text', yml: 'yaml' };

/** docs/rules/ID.md. */
export function rulePageMarkdown(id: string, { title, problem, bad, good, ignore, links }: RulePage): string {
  const [recommended, strict, library] = levelsOf(id);
  const parts = [
    `# ${id}`,
    wrapParagraphs(`${title}.`, 80),
    wrapParagraphs(`Presets: recommended **${recommended}**, strict **${strict}**, library **${library}**.`, 80),
    wrapParagraphs(problem, 80),
    '## Found',
    ...bad.map(exampleMarkdown),
    '## Not found',
    ...good.map(exampleMarkdown),
    '## When to ignore it',
    wrapParagraphs(ignore, 80),
    ...(links.length > 0 ? ['## See also', links.map(({ url, what }) => `- [${what}](${url})`).join('\n')] : []),
    wrapParagraphs('All rules: [lint](../lint.md#rules).', 80),
  ];
  return `<!-- Made by \`npm run docs\` from profiles/rules/${id}.yaml. -->\n\n${parts.join('\n\n')}\n`;
}

function exampleMarkdown({ library, file, code, beside }: RulePage['bad'][number]): string {
  const example = `${library}, \`${file}\`:\n\n${block(file, code)}`;
  return beside ? `${example}\n\nbeside it \`${beside.file}\`:\n\n${block(beside.file, beside.code)}` : example;
}

function block(file: string, code: string): string {
  const ending = file.split('.').at(-1) ?? '';
  return `\`\`\`${languages[ending] ?? ending}\n${code.trimEnd()}\n\`\`\``;
}
