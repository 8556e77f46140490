import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mayUseLibrary } from '../../../src/declarations/code/prefilter.ts';
import { sessionStates } from '../../../src/lint/pools/session-state.ts';
import type { PoolerProfile } from '../../../src/profiles/pooler.ts';
import { parseShipped } from '../../../src/profiles/shipped.ts';
import { facts } from '../../helpers/lint-fixtures.ts';
import { root } from '../../helpers/run.ts';

test('each known bug has a test on the real package, named by its id', () => {
  const tests = readFileSync(`${root}test/live/lint-advisories.test.ts`, 'utf8');
  expect(facts.advisories.filter(({ id }) => !tests.includes(`it('${id}: `)).map(({ id }) => id)).toEqual([]);
});

test('files that import a package with a pool of its own are read', () => {
  const unread = facts.hiddenPools.filter(({ package: name }) => !mayUseLibrary(`import x from '${name}';\n`, 'a.ts'));
  expect(unread.map(({ title }) => title)).toEqual([]);
});

test('what does not survive a transaction pooler is what the profile of PgBouncer says', () => {
  const { transactionMode } = parseShipped('poolers', 'pgbouncer') as PoolerProfile;
  expect(sessionStates.map(({ breaks }) => breaks).sort()).toEqual([...(transactionMode?.breaks ?? [])].sort());
  const silent = sessionStates.filter(({ isSilent }) => isSilent).map(({ breaks }) => breaks);
  expect(silent.sort()).toEqual([...(transactionMode?.silently ?? [])].sort());
});
