import { describe, expect, test } from 'vitest';
import { dsnInFile } from '../../../src/cli/env-file.ts';

const url = 'postgres://u:p@db/app';
const other = 'mysql://u:p@db/other';
const read = (text: string, variable?: string, env: Record<string, string> = {}) =>
  dsnInFile(text, '.env', { env }, variable);

describe('the DSN of a file', () => {
  test.each([
    ['alone', url],
    ['alone, in quotes', `"${url}"`],
    ['alone, behind remarks', `# ours\n\n${url}\r\nanything`],
  ])('is its first line: %s', (_, text) => {
    expect(read(text)).toEqual({ text: url, source: '.env' });
  });

  test.each([
    ['behind other variables', `NODE_ENV=production\nDATABASE_URL=${url}\n`],
    ['behind other DSNs', `SHADOW_DATABASE_URL=${other}\nDATABASE_URL=${url}\n`],
    ['with export, in quotes', `export DATABASE_URL='${url}'`],
    ['with blanks around', `  DATABASE_URL = "${url}"  `],
    ['before a remark', `DATABASE_URL=${url} # main`],
    ['in quotes, before a remark', `DATABASE_URL="${url}" # main "one"`.replace(' "one"', '')],
    ['in grave accents', `DATABASE_URL=\`${url}\``],
    ['twice, of which the last counts', `DATABASE_URL=${other}\nDATABASE_URL=${url}`],
    ['behind a text over several lines', `KEY="-----BEGIN\nDATABASE_URL=${other}\nEND"\nDATABASE_URL=${url}`],
    ['behind a quote that nothing closes', `NAME=it's\nDATABASE_URL=${url}`],
    ['after a byte order mark', `\uFEFFDATABASE_URL=${url}`],
    ['with variables in it', `PASSWORD=p\nDATABASE_URL=postgres://u:\${PASSWORD}@db/app`],
  ])('is DATABASE_URL: %s', (_, text) => {
    expect(read(text)).toEqual({ text: url, source: 'DATABASE_URL of .env' });
  });

  test('is the only one there, whatever its name', () => {
    expect(read(`NODE_ENV=x\nREDIS_URL=redis://r\nPRIMARY=${url}`)).toEqual({ text: url, source: 'PRIMARY of .env' });
    expect(read(`A=${url}\nB=${url}`).text).toBe(url);
  });

  test('is asked about where several have another name, and none is quoted', () => {
    expect(() => read(`SHADOW=${other}\nPRIMARY=${url}`)).toThrow(
      expect.objectContaining({
        code: 'DSN_INVALID',
        message: '.env: several variables hold a DSN: SHADOW, PRIMARY.',
        hint: expect.stringContaining('--url-file .env:SHADOW'),
      }),
    );
    expect(read(`SHADOW=${other}\nPRIMARY=${url}`, 'PRIMARY')).toEqual({ text: url, source: 'PRIMARY of .env' });
  });

  test('is missed by name', () => {
    expect(() => read('NODE_ENV=production')).toThrow(expect.objectContaining({ code: 'DSN_INVALID' }));
    expect(() => read(`A=${url}`, 'B')).toThrow(expect.objectContaining({ hint: 'A DSN is in A.' }));
  });

  test.each(['p#ss', 'p ss', `p"ss`, "p'ss", 'p$ss', 'p\\ss'])('keeps a password as it is: %s', (password) => {
    const odd = `postgres://u:${password}@db/app`;
    for (const line of [`DATABASE_URL=${odd}`, `DATABASE_URL="${odd}"`, `DATABASE_URL='${odd}' # main`]) {
      if (line.includes("'") && password === "p'ss" && line.includes('#')) continue;
      expect(read(line).text).toBe(odd);
    }
  });
});
