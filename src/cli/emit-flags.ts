import { PoolctlError } from '../base/errors.ts';
import type { Language } from '../emit/language.ts';
import { aWord, flagGroup, takes } from './flag.ts';

export async function targetNames(): Promise<readonly string[]> {
  return Object.keys((await import('../emit/targets/index.ts')).targets);
}

/** Targets of snippets, with commas between them. */
export const someTargets = takes('<targets>', 'mysql2,pg', (text) => text.split(',').map((name) => name.trim()), {
  offers: targetNames,
  isList: true,
});

const aVersion = takes('<version>', '3.10', (text, source) => {
  const [, major, minor = '0'] = /^v?(\d+)(?:\.(\d+))?(?:\.\d+)?$/.exec(text) ?? [];
  if (major !== undefined) return [Number(major), Number(minor)] as const;
  throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not a version.`, {
    hint: 'Write 3, 3.10 or 3.10.1.',
  });
});

/** Written out again, so that a help loads nothing of emit; a test compares the two lists. */
const languageWords = ['ts', 'js', 'cjs'] as const satisfies readonly Language[];

/** How a snippet is written. */
const rows = {
  lang: { takes: aWord('<language>', languageWords), help: 'of snippets for Node: ts (default), js, cjs' },
  'driver-version': { takes: aVersion, help: 'write for that version of the driver: 3.10' },
} as const;

export const answerSnippetFlags = flagGroup('Answer:', rows);
export const snippetFlags = flagGroup('Target:', rows);
