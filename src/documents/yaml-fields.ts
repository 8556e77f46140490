import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import { parseBytes, parseCount, parseDurationMs, parseRatePerSecond, parseRatio } from '../base/units.ts';

/** A field written in units (`30s`, `50%`, `2MiB`): read by the same parsers as the command line, with their messages. */
export function inUnits(parse: (text: string, name: string) => number) {
  return v.pipe(
    v.union([v.string(), v.number()], 'must be a number, with its unit'),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(String(dataset.value), 'the value');
      } catch (error) {
        if (!(error instanceof PoolctlError)) throw error;
        addIssue({ message: `${error.message} ${error.hint ?? ''}`.trim() });
        return NEVER;
      }
    }),
  );
}

export const durationMs = inUnits(parseDurationMs);
/** 0 is for no limit. */
export const durationMsOrZero = inUnits((text, name) =>
  /^0(?:ms|s|m)?$/.test(text) ? 0 : parseDurationMs(text, name),
);
export const ratePerSecond = inUnits(parseRatePerSecond);
export const ratio = inUnits(parseRatio);
export const bytes = inUnits(parseBytes);
export const count = inUnits(parseCount);
export const countOrZero = inUnits((text, name) => parseCount(text, name, 0));
export const text = v.pipe(v.string('must be text'), v.trim(), v.nonEmpty('must not be empty'));
export const port = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be 1 to 65535'),
  v.maxValue(65_535, 'must be 1 to 65535'),
);

/** A password as text, or where it is: whoever reads it decides whether text is allowed. */
export const password = v.union(
  [
    text,
    v.strictObject({ env: text }),
    v.strictObject({ file: text }),
    v.strictObject({ command: v.pipe(v.array(text), v.minLength(1)) }),
  ],
  'must be { env: NAME }, { file: PATH } or { command: [PROGRAM, ARGUMENT] }',
);
