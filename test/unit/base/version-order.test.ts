import { expect, test } from 'vitest';
import { compareVersions, isInRange, isRange } from '../../../src/base/version-order.ts';

test('versions are in the order of their numbers, pre-releases before their release', () => {
  const sorted = ['0.9.10', '1.0.0-beta.2', '1.0.0-rc.4', '1.0.0-rc.10', '1.0.0', '1.0.1', '1.10.0', 'v2'];
  expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted);
  expect(compareVersions('1.2', '1.2.0')).toBe(0);
  expect(compareVersions('latest', '1.2.0')).toBeNaN();
});

test('a range is comparisons that hold together, or one of several', () => {
  const range = '>=0.36.0 <=0.45.4 || 1.0.0-rc.4';
  const inside = ['0.36.0', '0.45.4', '1.0.0-rc.4'];
  const outside = ['0.35.9', '0.45.5', '1.0.0-rc.5', '1.0.0', 'workspace:*'];
  expect([...inside, ...outside].filter((version) => isInRange(version, range))).toEqual(inside);
  expect(isRange(range)).toBe(true);
  expect(isRange('^1.2.0')).toBe(false);
});
