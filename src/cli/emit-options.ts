import { PoolctlError } from '../base/errors.ts';
import { type Language, languages } from '../emit/language.ts';
import type { EmitInput } from '../emit/target.ts';
import { parseChoice, type ReadOption } from './options.ts';

/** Targets as written on the command line, with commas between them. */
export function parseTargets(text: string): string[] {
  return text.split(',').map((target) => target.trim());
}

export function readLanguage(read: ReadOption): Language | undefined {
  return read('lang', parseChoice(languages))?.value;
}

export function readDriverVersion(read: ReadOption): EmitInput['driverVersion'] {
  return read('driver-version', (text, source) => {
    const [, major, minor = '0'] = /^v?(\d+)(?:\.(\d+))?(?:\.\d+)?$/.exec(text) ?? [];
    if (major !== undefined) return [Number(major), Number(minor)] as const;
    throw new PoolctlError('VALUE_INVALID', `${source} "${text}" is not a version.`, {
      hint: 'Write 3, 3.10 or 3.10.1.',
    });
  })?.value;
}
