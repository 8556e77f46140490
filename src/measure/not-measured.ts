import { PoolctlError } from '../base/errors.ts';

export function notMeasured(message: string): PoolctlError {
  return new PoolctlError('NOT_MEASURED', message, {
    hint: 'Measure while the application has its usual load, with the DSN of its own database; a longer --window sees more.',
  });
}
