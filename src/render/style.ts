import type { OutputStream } from '../base/io.ts';

/** Whether to colour: --color, then FORCE_COLOR, then NO_COLOR, then a dumb terminal, then whether a terminal reads at all. */
export function isColorful(
  mode: 'auto' | 'always' | 'never',
  env: Readonly<Record<string, string | undefined>>,
  stream: OutputStream | undefined,
): boolean {
  if (mode !== 'auto') return mode === 'always';
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  return env['TERM'] !== 'dumb' && stream?.isTTY === true;
}
