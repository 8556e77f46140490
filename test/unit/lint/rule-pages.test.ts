import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ruleIds } from '../../../src/lint/own-rules.ts';
import { parseRulePage, type RulePage } from '../../../src/profiles/rule-page.ts';
import { rulePageIds } from '../../../src/profiles/rule-pages.ts';
import { lintTexts } from '../../helpers/lint-fixtures.ts';
import { root } from '../../helpers/run.ts';

const ids = rulePageIds();
const pageOf = (id: string) => parseRulePage(id, readFileSync(`${root}profiles/rules/${id}.yaml`, 'utf8'));

/** The rules that have something to say of a piece of code. */
const rulesIn = (id: string, { beside, ...example }: RulePage['bad'][number]) =>
  new Set(
    lintTexts(
      new Map([example, ...(beside ? [beside] : [])].map(({ file, code }) => [file, `${code}\n`])),
      id,
    ).findings.map(({ rule }) => rule),
  );

it('every rule has a page, and every page a rule', () => {
  expect(ids.sort()).toEqual([...ruleIds].sort());
});

describe.each(ids)('the page of %s', (id) => {
  const page = pageOf(id);

  it.each(page.bad.map((example) => [`${example.library} ${example.file}`, example] as const))(
    'has an example that is found: %s',
    (_name, example) => {
      expect([...rulesIn(id, example)]).toContain(id);
    },
  );

  it.each(page.good.map((example) => [`${example.library} ${example.file}`, example] as const))(
    'has an example that is not found: %s',
    (_name, example) => {
      expect([...rulesIn(id, example)]).not.toContain(id);
    },
  );
});
