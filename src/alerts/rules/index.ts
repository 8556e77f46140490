import type { AlertRule } from '../rule.ts';
import { idleInTransaction } from './idle-in-transaction.ts';
import { metricsGone } from './metrics-gone.ts';
import { noRolloutHeadroom } from './no-rollout-headroom.ts';
import { poolNearlyFull } from './pool-nearly-full.ts';
import { poolRejections } from './pool-rejections.ts';
import { poolTimeouts } from './pool-timeouts.ts';
import { poolWaiting } from './pool-waiting.ts';
import { poolerClientsWait } from './pooler-clients-wait.ts';
import { poolsBeyondPlan } from './pools-beyond-plan.ts';
import { serverNearlyFull } from './server-nearly-full.ts';
import { targetDown } from './target-down.ts';
import { transactionOpenLong } from './transaction-open-long.ts';

/** Every rule, in the order of the file. */
export const alertRuleTable: readonly AlertRule[] = [
  poolNearlyFull,
  poolWaiting,
  poolTimeouts,
  poolRejections,
  poolsBeyondPlan,
  poolerClientsWait,
  serverNearlyFull,
  noRolloutHeadroom,
  idleInTransaction,
  transactionOpenLong,
  targetDown,
  metricsGone,
];
