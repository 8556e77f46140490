/** A value that has to be there, for a test that goes on with it. */
export function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a value that should be known is not');
  return value;
}
