import type { Warning } from '../../base/warning.ts';
import type { SizeInput } from '../input.ts';
import type { Found } from '../result.ts';

/** Finds one thing that the user would otherwise miss; undefined where there is nothing to say. */
export type Insight = (found: Found, input: SizeInput) => Warning | undefined;
