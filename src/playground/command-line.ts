import type { Flags } from './core.ts';

/** What to type for the same answer. */
export function commandLine(command: 'size' | 'simulate', flags: Flags): string {
  const words = Object.entries(flags).map(([flag, value]) =>
    value === true ? `--${flag}` : `--${flag} ${shellWord(value)}`,
  );
  return ['poolctl', command, ...words].join(' ');
}

function shellWord(text: string): string {
  return /^[\w.,:/%+=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
