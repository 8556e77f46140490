import type { Rule } from '../rule.ts';
import { acquireTimeoutLong } from './acquire-timeout-long.ts';
import { acquireTimeoutMissing } from './acquire-timeout-missing.ts';
import { acquireTimeoutUnsupported } from './acquire-timeout-unsupported.ts';
import { budgetExceeded } from './budget-exceeded.ts';
import { budgetKnobUnread } from './budget-knob-unread.ts';
import { checkoutStored } from './checkout-stored.ts';
import { connectTimeoutLong } from './connect-timeout-long.ts';
import { credentialsInline } from './credentials-inline.ts';
import { doubleRelease } from './double-release.ts';
import { driverKnownPoolBug } from './driver-known-pool-bug.ts';
import { duplicatePool } from './duplicate-pool.ts';
import { externalCallInTransaction } from './external-call-in-transaction.ts';
import { externalCallWhileHeld } from './external-call-while-held.ts';
import { fleetQuotaExceeded } from './fleet-quota-exceeded.ts';
import { floatingQuery } from './floating-query.ts';
import { healthCheckThroughPool } from './health-check-through-pool.ts';
import { hiddenPool } from './hidden-pool.ts';
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
import { misplacedOption } from './misplaced-option.ts';
import { nestedAcquire } from './nested-acquire.ts';
import { noGracefulEnd } from './no-graceful-end.ts';
import { optionWithoutEffect } from './option-without-effect.ts';
import { poolEqualsServerLimit } from './pool-equals-server-limit.ts';
import { poolErrorHandlerMissing } from './pool-error-handler-missing.ts';
import { poolLeak } from './pool-leak.ts';
import { poolPerRequest } from './pool-per-request.ts';
import { poolSizeDefault } from './pool-size-default.ts';
import { poolSizeExcessive } from './pool-size-excessive.ts';
import { poolerClientsExceeded } from './pooler-clients-exceeded.ts';
import { poolerUnbounded } from './pooler-unbounded.ts';
import { promiseAllSingleConnection } from './promise-all-single-connection.ts';
import { queueUnbounded } from './queue-unbounded.ts';
import { readersDiffer } from './readers-differ.ts';
import { serverlessPool } from './serverless-pool.ts';
import { sessionStateBehindPooler } from './session-state-behind-pooler.ts';
import { slowQueryLogMissing } from './slow-query-log-missing.ts';
import { statementTimeoutMissing } from './statement-timeout-missing.ts';
import { transactionNotClosed } from './transaction-not-closed.ts';
import { unsupportedOption } from './unsupported-option.ts';
import { urlOptionIgnored } from './url-option-ignored.ts';
import { useAfterRelease } from './use-after-release.ts';

/** Every rule by its id; the only list of them. */
export const rules: Readonly<Record<string, Rule>> = {
  'acquire-timeout-long': acquireTimeoutLong,
  'acquire-timeout-missing': acquireTimeoutMissing,
  'acquire-timeout-unsupported': acquireTimeoutUnsupported,
  'budget-exceeded': budgetExceeded,
  'budget-knob-unread': budgetKnobUnread,
  'checkout-stored': checkoutStored,
  'connect-timeout-long': connectTimeoutLong,
  'credentials-inline': credentialsInline,
  'double-release': doubleRelease,
  'driver-known-pool-bug': driverKnownPoolBug,
  'duplicate-pool': duplicatePool,
  'external-call-in-transaction': externalCallInTransaction,
  'external-call-while-held': externalCallWhileHeld,
  'fleet-quota-exceeded': fleetQuotaExceeded,
  'floating-query': floatingQuery,
  'health-check-through-pool': healthCheckThroughPool,
  'hidden-pool': hiddenPool,
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
  'misplaced-option': misplacedOption,
  'nested-acquire': nestedAcquire,
  'no-graceful-end': noGracefulEnd,
  'option-without-effect': optionWithoutEffect,
  'pool-equals-server-limit': poolEqualsServerLimit,
  'pool-error-handler-missing': poolErrorHandlerMissing,
  'pool-leak': poolLeak,
  'pool-per-request': poolPerRequest,
  'pool-size-default': poolSizeDefault,
  'pool-size-excessive': poolSizeExcessive,
  'pooler-clients-exceeded': poolerClientsExceeded,
  'pooler-unbounded': poolerUnbounded,
  'promise-all-single-connection': promiseAllSingleConnection,
  'queue-unbounded': queueUnbounded,
  'readers-differ': readersDiffer,
  'serverless-pool': serverlessPool,
  'session-state-behind-pooler': sessionStateBehindPooler,
  'slow-query-log-missing': slowQueryLogMissing,
  'statement-timeout-missing': statementTimeoutMissing,
  'transaction-not-closed': transactionNotClosed,
  'unsupported-option': unsupportedOption,
  'url-option-ignored': urlOptionIgnored,
  'use-after-release': useAfterRelease,
};
