// A parser for ESLint that reads TypeScript with oxc-parser: ESLint has none of its own, and this one is quick.
import { analyze } from '@typescript-eslint/scope-manager';
import { parseSync, visitorKeys } from 'oxc-parser';

export function parseForESLint(text, { filePath }) {
  const { program } = parseSync(filePath, text, { lang: 'ts', range: true });
  const lines = text.split('\n');
  const end = { line: lines.length, column: lines.at(-1)?.length ?? 0 };
  const ast = {
    ...program,
    tokens: [],
    comments: [],
    range: [0, text.length],
    loc: { start: { line: 1, column: 0 }, end },
  };
  return { ast, visitorKeys, scopeManager: analyze(ast, { sourceType: 'module' }) };
}
