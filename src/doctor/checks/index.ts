import type { Check } from '../check.ts';
import { leftovers } from './leftovers.ts';
import { config, node, openFiles } from './local.ts';
import { dns, dsn, tcp } from './network.ts';
import { pooler } from './pooler.ts';
import { idleEnds, limits, loginCheck, privileges, roundTrip, tls } from './server.ts';
import { transactions } from './transactions.ts';

/** Every check of `doctor`, in the order in which one needs the other. */
export const checks: readonly Check[] = [
  node,
  config,
  openFiles,
  dsn,
  dns,
  tcp,
  loginCheck,
  tls,
  roundTrip,
  pooler,
  privileges,
  limits,
  transactions,
  idleEnds,
  leftovers,
];
