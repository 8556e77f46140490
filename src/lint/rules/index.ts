import type { Rule } from '../rule.ts';
import { leakEarlyReturn } from './leak-early-return.ts';
import { leakNoFinally } from './leak-no-finally.ts';

/** Every rule by its id; the only list of them. */
export const rules: Readonly<Record<string, Rule>> = {
  'leak-early-return': leakEarlyReturn,
  'leak-no-finally': leakNoFinally,
};
