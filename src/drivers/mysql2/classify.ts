import type { LoadFailure, LoadFailureKind } from '../driver.ts';
import { classifyFailure, labelOf } from '../failure.ts';

const kinds: Readonly<Record<number, LoadFailureKind>> = {
  1040: 'server-full',
  1203: 'server-full',
  1226: 'server-full',
  1044: 'login-refused',
  1045: 'login-refused',
  1049: 'login-refused',
  1129: 'login-refused',
  1130: 'login-refused',
  1251: 'login-refused',
  1698: 'login-refused',
  1862: 'login-refused',
  3118: 'login-refused',
  3159: 'login-refused',
  4151: 'login-refused',
  1317: 'statement-timeout',
  1969: 'statement-timeout',
  3024: 'statement-timeout',
  1205: 'lock-timeout',
  3572: 'lock-timeout',
  1213: 'deadlock',
  // MariaDB with innodb_snapshot_isolation: the record has changed since it was read.
  1020: 'serialization',
  1290: 'read-only',
  1792: 'read-only',
  1836: 'read-only',
  1053: 'connection-lost',
  1077: 'connection-lost',
  1079: 'connection-lost',
  1152: 'connection-lost',
  1158: 'connection-lost',
  1159: 'connection-lost',
  1160: 'connection-lost',
  1161: 'connection-lost',
  1184: 'connection-lost',
  1927: 'connection-lost',
  3032: 'connection-lost',
  3169: 'connection-lost',
  4031: 'connection-lost',
};

/** mysql2 gives these errors no code. */
const texts: readonly (readonly [RegExp, LoadFailureKind, string])[] = [
  [/^Pool is closed/, 'connection-lost', 'POOL_CLOSED'],
  [/in closed state$/, 'connection-lost', 'PROTOCOL_CONNECTION_LOST'],
];

/** The class of an error of mysql2, MySQL or MariaDB. */
export function classifyMysql(error: Error): LoadFailure {
  return classifyFailure(error, byMysql);
}

function byMysql(error: Error): LoadFailure | undefined {
  const { code, errno, message } = error as Error & { code?: string; errno?: number };
  // Errors of the socket have a negative errno, those of the server a positive one.
  if (errno !== undefined && errno > 0) return { kind: kinds[errno] ?? 'sql-error', label: labelOf(error) };
  if (code === undefined) {
    const text = texts.find(([pattern]) => pattern.test(message));
    return text && { kind: text[1], label: text[2] };
  }
  return /^PROTOCOL_|_(?:SERVER_SHUTDOWN|CONNECTION_KILLED|CLIENT_INTERACTION_TIMEOUT)$/.test(code)
    ? { kind: 'connection-lost', label: code }
    : undefined;
}
