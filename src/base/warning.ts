import type { WarningCode } from './warning-codes.ts';

/** Something the user would otherwise miss: what it is, and what to do about it. Codes are stable. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
  readonly hint: string;
}
