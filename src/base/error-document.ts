import { cleanLine, jsonText } from './clean.ts';
import type { ErrorCode, PoolctlError } from './errors.ts';
import { redact } from './redact.ts';

/** An error as it is shown: without secrets, and on one line each. */
export interface SaidError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

export function shownError({ code, message, hint }: PoolctlError): SaidError {
  return {
    code,
    message: cleanLine(redact(message)),
    ...(hint !== undefined && { hint: cleanLine(redact(hint)) }),
  };
}

/** An error as `--json` prints it. */
export function errorDocument(error: SaidError): string {
  return `${jsonText({ schema: 'poolctl.error/1', error }, 2)}\n`;
}
