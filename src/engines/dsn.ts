import { type Dsn, dsnMeaning } from './dsn/meaning.ts';
import { readDsnText } from './dsn/text.ts';

/** What a DSN says by itself: no service, environment or file is asked. @throws PoolctlError DSN_INVALID */
export function parseDsn(text: string, source: string): Dsn {
  return dsnMeaning(readDsnText(text, source));
}
