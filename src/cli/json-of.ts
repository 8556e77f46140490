import { jsonText } from '../base/clean.ts';
import { packageVersion } from '../base/version.ts';
import type { Report } from './report.ts';

/** A report as `--json` prints it. */
export function jsonOf({ schema, result, warnings = [] }: Pick<Report, 'schema' | 'result' | 'warnings'>): string {
  return `${jsonText({ schema, poolctl: packageVersion(), result, warnings }, 2)}\n`;
}
