import type { Warning } from '../../base/warning.ts';
import type { SizeInput } from '../input.ts';
import type { Found } from '../result.ts';
import { endLosesWork, openingTakesLong, sessionsBeyondBudget, sessionsWithoutBound } from './driver.ts';
import type { Insight } from './insight.ts';
import {
  burstsAreRough,
  holdsOfTwoKinds,
  inputIsUnlikely,
  lastBucketIsOpen,
  loadByP95,
  loadIsUncertain,
  provedDiffers,
  retriesAreRough,
} from './load.ts';
import {
  limitIsEstimated,
  platformBounds,
  presetDiffers,
  reservedNotCounted,
  rolloutNotCounted,
  serverIsTheLimit,
  terminatingNotCounted,
} from './server.ts';
import {
  deadlineBelowSlowest,
  nestedAcquisition,
  queueDecidesFirst,
  queueRefusesGoodTraffic,
  timeoutBelowLogin,
  timeoutBeyondPatience,
} from './waiting.ts';

/** What the user would otherwise miss, in the order of the answer. */
export function findWarnings(input: SizeInput, found: Found): Warning[] {
  return insights.map((insight) => insight(found, input)).filter((warning) => warning !== undefined);
}

const insights: readonly Insight[] = [
  loadByP95,
  loadIsUncertain,
  lastBucketIsOpen,
  inputIsUnlikely,
  provedDiffers,
  retriesAreRough,
  holdsOfTwoKinds,
  burstsAreRough,
  queueRefusesGoodTraffic,
  queueDecidesFirst,
  timeoutBeyondPatience,
  timeoutBelowLogin,
  deadlineBelowSlowest,
  nestedAcquisition,
  platformBounds,
  serverIsTheLimit,
  reservedNotCounted,
  limitIsEstimated,
  rolloutNotCounted,
  terminatingNotCounted,
  presetDiffers,
  sessionsBeyondBudget,
  sessionsWithoutBound,
  openingTakesLong,
  endLosesWork,
];
