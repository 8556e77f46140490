import type { Rule } from '../rule.ts';
import { acquireTimeoutUnsupported } from './acquire-timeout-unsupported.ts';
import { poolSizeDefault } from './pool-size-default.ts';

/** Every rule by its id; the only list of them. */
export const rules: Readonly<Record<string, Rule>> = {
  'acquire-timeout-unsupported': acquireTimeoutUnsupported,
  'pool-size-default': poolSizeDefault,
};
