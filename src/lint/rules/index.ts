import type { Rule } from '../rule.ts';
import { acquireTimeoutMissing } from './acquire-timeout-missing.ts';
import { acquireTimeoutUnsupported } from './acquire-timeout-unsupported.ts';
import { connectTimeoutLong } from './connect-timeout-long.ts';
import { hikariConnectionTimeout } from './hikari-connection-timeout.ts';
import { hikariIdleTimeout } from './hikari-idle-timeout.ts';
import { hikariKeepaliveTime } from './hikari-keepalive-time.ts';
import { hikariLeakDetection } from './hikari-leak-detection.ts';
import { hikariMaxLifetime } from './hikari-max-lifetime.ts';
import { hikariMinimumIdle } from './hikari-minimum-idle.ts';
import { hikariPoolSize } from './hikari-pool-size.ts';
import { hikariTestQuery } from './hikari-test-query.ts';
import { idleTimeoutDisabled } from './idle-timeout-disabled.ts';
import { leakEarlyReturn } from './leak-early-return.ts';
import { leakNoFinally } from './leak-no-finally.ts';
import { poolSizeDefault } from './pool-size-default.ts';
import { poolSizeExcessive } from './pool-size-excessive.ts';
import { queueUnbounded } from './queue-unbounded.ts';
import { statementTimeoutMissing } from './statement-timeout-missing.ts';
import { unsupportedOption } from './unsupported-option.ts';

/** Every rule by its id; the only list of them. */
export const rules: Readonly<Record<string, Rule>> = {
  'acquire-timeout-missing': acquireTimeoutMissing,
  'acquire-timeout-unsupported': acquireTimeoutUnsupported,
  'connect-timeout-long': connectTimeoutLong,
  'hikari-connection-timeout': hikariConnectionTimeout,
  'hikari-idle-timeout': hikariIdleTimeout,
  'hikari-keepalive-time': hikariKeepaliveTime,
  'hikari-leak-detection': hikariLeakDetection,
  'hikari-max-lifetime': hikariMaxLifetime,
  'hikari-minimum-idle': hikariMinimumIdle,
  'hikari-pool-size': hikariPoolSize,
  'hikari-test-query': hikariTestQuery,
  'idle-timeout-disabled': idleTimeoutDisabled,
  'leak-early-return': leakEarlyReturn,
  'leak-no-finally': leakNoFinally,
  'pool-size-default': poolSizeDefault,
  'pool-size-excessive': poolSizeExcessive,
  'queue-unbounded': queueUnbounded,
  'statement-timeout-missing': statementTimeoutMissing,
  'unsupported-option': unsupportedOption,
};
