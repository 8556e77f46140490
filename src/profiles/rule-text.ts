import { wrap, wrapParagraphs } from '../base/wrap.ts';
import type { RulePage } from './rule-page.ts';

/** A rule's page as plain text for a terminal of 80 columns. */
export function ruleText(id: string, { title, problem, bad, good, ignore, links }: RulePage): string {
  const parts = [
    wrap(`${id}: ${title}`, 80).join('\n'),
    wrapParagraphs(problem, 80),
    ...bad.map((example) => exampleText('Found', example)),
    ...good.map((example) => exampleText('Not found', example)),
    `When to ignore it\n\n${wrapParagraphs(ignore, 80)}`,
    ...(links.length > 0 ? [`See also\n\n${links.map(({ url, what }) => `${hang(what)}\n  ${url}`).join('\n')}`] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const hang = (text: string) => wrap(text, 80).join('\n');

function exampleText(what: string, { library, file, code, beside }: RulePage['bad'][number]): string {
  const example = `${what}, with ${library} (${file})\n\n${indented(code)}`;
  return beside ? `${example}\n\nbeside it ${beside.file}\n\n${indented(beside.code)}` : example;
}

const indented = (code: string) => code.trimEnd().replace(/^(?=.)/gm, '    ');
