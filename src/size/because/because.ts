import type { SizeInput } from '../input.ts';
import type { Found } from '../result.ts';
import type { SizingRule } from '../rule.ts';
import { sourceFinder } from '../sources.ts';
import type { Step } from '../steps.ts';
import { driverSteps } from './driver.ts';
import { limitSteps, loadSteps } from './load.ts';
import { outlookSteps } from './outlook.ts';
import { budgetSteps, hardwareSteps, memorySteps } from './server.ts';
import { queueSteps, timeoutSteps } from './waiting.ts';

/** Every step from the input to the answer, in the order of the calculation. */
export function explainSteps(input: SizeInput, rule: SizingRule, found: Found): Step[] {
  const from = sourceFinder(input, rule);
  return [
    ...loadSteps(input, found, from),
    ...limitSteps(found, rule, from),
    ...queueSteps(found, rule, from),
    ...timeoutSteps(input, found, rule, from),
    ...outlookSteps(found, from),
    ...hardwareSteps(input, found, from),
    ...budgetSteps(input, found, from),
    ...memorySteps(found),
    ...driverSteps(input, found, from),
  ];
}
