import { PoolctlError } from '../../base/errors.ts';
import { placeWords, type Written } from '../written.ts';

/** The mistake in a fleet's file: where, what, and what to do. */
export function refuseFleet(
  { in: file, path }: Pick<Written<unknown>, 'in' | 'path'>,
  key: readonly (string | number)[],
  message: string,
  hint: string,
): PoolctlError {
  const whole = [...path, ...key];
  const place = placeWords(file.placeOf(whole));
  return new PoolctlError('INPUT_INVALID', `${place}: ${whole.length > 0 ? `${whole.join('.')}: ` : ''}${message}`, {
    hint,
  });
}
