import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type FormatChoice, lintFlags } from './flags.ts';

/** Variables by which a coding agent tells what it runs that it does; each is documented by who sets it. */
const agentVariables = [
  'AI_AGENT',
  'CLAUDECODE',
  'CURSOR_AGENT',
  'GEMINI_CLI',
  'CODEX_SANDBOX',
  'CODEX_THREAD_ID',
  'OPENCODE',
  'AUGMENT_AGENT',
  'JUNIE_DATA',
] as const;

export interface ChosenFormats {
  readonly choices: readonly FormatChoice[];
  /** The variable by which it was chosen, where no flag did. */
  readonly because?: string;
}

/** The formats of the flags; without any, what suits the one who reads. */
export function chooseFormats(read: ReadOption, { env }: Io): ChosenFormats {
  const asked = read(lintFlags.format).map(({ value }) => value);
  const output = read(lintFlags.output)?.value;
  if (read(lintFlags.json)) {
    if (asked.some(({ name, file }) => file === undefined && name !== 'json'))
      throw contradiction('--json is short for --format json.');
    return { choices: placed([{ name: 'json', file: undefined }, ...asked.filter(({ file }) => file)], output) };
  }
  if (asked.length > 0) return { choices: placed(asked, output) };
  const variable = agentVariables.find((name) => env[name]);
  if (variable) return { choices: placed([{ name: 'agent', file: undefined }], output), because: variable };
  if (env['GITHUB_ACTIONS'] === 'true')
    return { choices: placed([{ name: 'github', file: undefined }], output), because: 'GITHUB_ACTIONS' };
  return { choices: placed([{ name: 'pretty', file: undefined }], output) };
}

/** Formats without a file go to that of -o; only one may. */
function placed(choices: readonly FormatChoice[], output: string | undefined): readonly FormatChoice[] {
  if (choices.filter(({ file }) => file === undefined).length > 1)
    throw contradiction('Give each format but one a file: --format sarif=lint.sarif.');
  return choices.map(({ name, file }) => ({ name, file: file ?? (output === '-' ? undefined : output) }));
}

function contradiction(hint: string): PoolctlError {
  return new PoolctlError('INPUT_CONTRADICTION', 'Two formats cannot both go to standard output.', { hint });
}
