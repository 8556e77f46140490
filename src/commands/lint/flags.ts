import { PoolctlError } from '../../base/errors.ts';
import { didYouMean } from '../../base/suggest.ts';
import { aCountOrZero, aFile, aText, aWord, flagGroup, takes } from '../../cli/flag.ts';
import { outputFlags } from '../../cli/output.ts';
import { lintFormats } from '../../views/lint/index.ts';

export type LintFormatName = keyof typeof lintFormats;

/** A format, and the file that it goes to. */
export interface FormatChoice {
  readonly name: LintFormatName;
  readonly file: string | undefined;
}

const formatNames = Object.keys(lintFormats) as LintFormatName[];

function parseFormat(text: string, source: string): FormatChoice {
  const [named = '', ...rest] = text.split('=');
  const name = formatNames.find((known) => known === named);
  const file = rest.join('=');
  if (name !== undefined && (rest.length === 0 || file !== '')) return { name, file: file || undefined };
  const meant = didYouMean(named, formatNames);
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is no format.${meant}`, {
    hint: `Write one of ${formatNames.join(', ')}, or with a file: sarif=lint.sarif.`,
  });
}

export const lintFlags = {
  ...flagGroup('What is linted:', {
    'stdin-filename': { takes: aFile, help: 'what the text on standard input (-) is called' },
    audit: { help: 'report what only names suggest, and lint keeps silent about because nothing proves it' },
    since: { takes: aText('<git ref>', 'main'), help: 'report only what was not there yet at that commit' },
  }),
  ...flagGroup('What fails:', {
    'fail-on': {
      takes: aWord('<severity>', ['error', 'warn', 'info', 'never']),
      default: 'warn',
      help: 'exit code 1 from here on: error, warn (default), info, never',
    },
    'max-warnings': { takes: aCountOrZero, help: 'exit code 1 where there are more warnings' },
  }),
  ...flagGroup('Changes:', {
    fix: { help: 'correct what can be corrected safely, each checked by linting again' },
    'suppress-all': { help: 'write all findings to the file of suppressions' },
    'prune-suppressions': { help: 'remove from it what is not found any more' },
    suppressions: { takes: aFile, help: 'the file of suppressions (poolctl-suppressions.json)' },
  }),
  ...flagGroup('Speed:', {
    cache: {
      takes: aFile,
      ifBare: 'node_modules/.cache/poolctl/lint',
      help: 'keep what is known of files (node_modules/.cache/poolctl/lint)',
    },
    stats: { help: 'print the time of each rule to stderr' },
  }),
  ...flagGroup('Output:', {
    json: outputFlags.json,
    format: {
      takes: takes('<format>', 'sarif=lint.sarif', parseFormat, { offers: formatNames }),
      isRepeatable: true,
      help: `with =FILE to a file, several at once: ${formatNames.join(', ')}`,
    },
    output: outputFlags.output,
    color: outputFlags.color,
    explain: { help: 'list what was not judged, and why' },
    'print-config': { takes: aFile, help: 'print the settings that hold for a file' },
  }),
};
