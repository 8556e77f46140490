import type { Rule } from '../rule.ts';
import { hikariConnectionTimeout } from './hikari-connection-timeout.ts';
import { hikariIdleTimeout } from './hikari-idle-timeout.ts';
import { hikariKeepaliveTime } from './hikari-keepalive-time.ts';
import { hikariLeakDetection } from './hikari-leak-detection.ts';
import { hikariMaxLifetime } from './hikari-max-lifetime.ts';
import { hikariMinimumIdle } from './hikari-minimum-idle.ts';
import { hikariPoolSize } from './hikari-pool-size.ts';
import { hikariTestQuery } from './hikari-test-query.ts';
import { leakEarlyReturn } from './leak-early-return.ts';
import { leakNoFinally } from './leak-no-finally.ts';

/** Every rule by its id; the only list of them. */
export const rules: Readonly<Record<string, Rule>> = {
  'leak-early-return': leakEarlyReturn,
  'leak-no-finally': leakNoFinally,
  'hikari-connection-timeout': hikariConnectionTimeout,
  'hikari-idle-timeout': hikariIdleTimeout,
  'hikari-keepalive-time': hikariKeepaliveTime,
  'hikari-leak-detection': hikariLeakDetection,
  'hikari-max-lifetime': hikariMaxLifetime,
  'hikari-minimum-idle': hikariMinimumIdle,
  'hikari-pool-size': hikariPoolSize,
  'hikari-test-query': hikariTestQuery,
};
