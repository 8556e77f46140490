import { PoolctlError } from '../base/errors.ts';
import { formatDuration, parseDurationMs } from '../base/units.ts';
import { aFile, aText, aTime, flagGroup, type Sourced, takes } from './flag.ts';

const aTlsMode = aText('<mode>', 'require', async () => (await import('../engines/target.ts')).tlsModes);

/** Flags of every command that talks to a server. */
export const serverFlags = flagGroup('Server:', {
  'url-file': { takes: aFile, help: 'read the DSN from a file, also from a .env file' },
  sslmode: { takes: aTlsMode, help: 'disable, prefer (default), require, verify-ca, verify-full' },
  ca: { takes: aFile, help: "certificate of the server's authority (PEM)" },
  timeout: { takes: aTime, default: '5s', help: 'longest wait for each answer of the server (5s)' },
});

const shortestWindowMs = 2_000;

const aWindow = takes('<time>', '5s', (text, source) => {
  const ms = parseDurationMs(text, source);
  if (ms >= shortestWindowMs) return ms;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is shorter than ${formatDuration(shortestWindowMs)}.`, {
    hint: 'Counters come up to a second late: write 60s.',
  });
});

/** Of commands that measure a server at work. */
export const windowFlag = flagGroup('Server:', {
  window: { takes: aWindow, default: '60s', help: 'how long to measure (60s)' },
});

/** The argument of these commands, for their help. */
export const dsnHelp = [
  '[dsn]',
  'postgres://… or mysql://…; - for stdin; env:NAME for a variable; DATABASE_URL when left out',
] as const;

/** The same as given, and as messages name it. */
export function dsnArgument(dsn: string | undefined): Sourced<string> | undefined {
  return dsn === undefined ? undefined : { value: dsn, source: 'the DSN' };
}
