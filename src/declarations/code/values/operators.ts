import type { BinaryOperator, LogicalOperator, UnaryOperator } from '@oxc-project/types';
import type { Origin, Scalar } from '../../value.ts';
import type { Abstract, UnknownAbstract } from './abstract.ts';
import { each, either, scalar, through, truthOf, unresolved } from './make.ts';

type Plain = Scalar | undefined;

/** Applies a function to plain values. A variable that is not set goes in as what it would be in the program. */
export function fold(values: readonly Abstract[], compute: (...plain: Plain[]) => Plain): Abstract {
  const [first, ...others] = values;
  if (first === undefined) return scalar(compute());
  return each(first, (one) => {
    const plain = one.kind === 'scalar' ? one : one.kind === 'unknown' ? one.missing : undefined;
    if (plain === undefined) return obscured(one);
    const rest = fold(others, (...more) => compute(plain.value, ...more));
    return each(rest, (result) => withOrigins(result, one));
  });
}

/** The result of a computation comes from where its operands come from; with a variable that is not set, it is not known. */
function withOrigins(result: Abstract, operand: Abstract): Abstract {
  if (result.kind !== 'scalar' && result.kind !== 'unknown') return result;
  const origins = [
    ...(operand.kind === 'scalar' || operand.kind === 'unknown' ? operand.origins : []),
    ...result.origins,
  ];
  if (operand.kind !== 'unknown' || !operand.missing || result.kind === 'unknown') return { ...result, origins };
  return missing(operand.missing.name, result.value, origins);
}

/** The value of a variable that no file of the project sets, or what is computed from it. */
export function missing(name: string, value?: Plain, origins: readonly Origin[] = []): UnknownAbstract {
  const trap = Number.isNaN(value) ? '; where it is not set, this is NaN' : '';
  return unresolved(`no file of the project sets ${name}${trap}`, { origins, missing: { name, value } });
}

function obscured(value: Abstract): UnknownAbstract {
  return value.kind === 'unknown'
    ? { ...value, package: undefined }
    : unresolved('it is computed from something that is no plain value');
}

export function unary(operator: UnaryOperator, value: Abstract): Abstract {
  switch (operator) {
    case '!': {
      const truth = truthOf(value);
      return truth === undefined ? unresolved('a condition that is not known') : scalar(!truth);
    }
    case '+':
      return fold([value], (plain) => Number(plain));
    case '-':
      return fold([value], (plain) => -Number(plain));
    case 'typeof':
      return fold([value], (plain) => (plain === null ? 'object' : typeof plain));
    case 'void':
      return scalar(undefined);
    default:
      return unresolved(`the operator ${operator} is not followed`);
  }
}

const binaries: Partial<Record<BinaryOperator, (left: Plain, right: Plain) => Plain>> = {
  '+': (left, right) =>
    typeof left === 'string' || typeof right === 'string' ? `${left}${right}` : Number(left) + Number(right),
  '-': (left, right) => Number(left) - Number(right),
  '*': (left, right) => Number(left) * Number(right),
  '/': (left, right) => Number(left) / Number(right),
  '%': (left, right) => Number(left) % Number(right),
  '**': (left, right) => Number(left) ** Number(right),
  '|': (left, right) => Number(left) | Number(right),
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
  // biome-ignore lint/suspicious/noDoubleEquals: it is the operator of the code that is read
  '==': (left, right) => left == right,
  // biome-ignore lint/suspicious/noDoubleEquals: it is the operator of the code that is read
  '!=': (left, right) => left != right,
  '<': (left, right) => Number(left) < Number(right),
  '<=': (left, right) => Number(left) <= Number(right),
  '>': (left, right) => Number(left) > Number(right),
  '>=': (left, right) => Number(left) >= Number(right),
};

export function binary(operator: BinaryOperator, left: Abstract, right: Abstract): Abstract {
  const compute = binaries[operator];
  if (operator.includes('=') && (isChoice(left, right) || isChoice(right, left)))
    return unresolved('a variable decides it');
  if (operator === '+') return withPartial(fold([left, right], binaries['+'] ?? (() => undefined)), [left, right]);
  return compute ? fold([left, right], compute) : unresolved(`the operator ${operator} is not followed`);
}

/** What is known of a text that is put together from these; the gaps are `…`. */
export function withPartial(value: Abstract, parts: readonly Abstract[]): Abstract {
  if (value.kind !== 'unknown') return value;
  const texts = parts.map((part) =>
    part.kind === 'scalar' ? String(part.value) : part.kind === 'unknown' ? (part.partial ?? '…') : '…',
  );
  return { ...value, partial: texts.join('') };
}

/** `env.MODE === 'cluster'`: nobody knows it from the fact that no file sets the variable. */
function isChoice(left: Abstract, right: Abstract): boolean {
  const isUnset = left.kind === 'unknown' && left.missing !== undefined && left.missing.value === undefined;
  return isUnset && right.kind === 'scalar' && right.value !== undefined && right.value !== null;
}

/** `a || b`, `a ?? b`, `a && b`; `right` is asked only where it counts. */
export function logical(operator: LogicalOperator, left: Abstract, right: () => Abstract): Abstract {
  return each(left, (one) => {
    const ends = endsAt(operator, one);
    if (ends === true) return one;
    const other = right();
    if (ends === undefined) return either(operator === '&&' ? [scalar(undefined), other] : [one, other]);
    return one.kind === 'unknown' && one.missing ? through(other, defaultOrigin(one.missing.name)) : other;
  });
}

/** Whether the left side is the result. */
function endsAt(operator: LogicalOperator, left: Abstract): boolean | undefined {
  if (operator === '??') {
    if (left.kind === 'scalar') return left.value !== undefined && left.value !== null;
    if (left.kind !== 'unknown') return true;
    return left.missing && left.missing.value !== undefined && left.missing.value !== null;
  }
  const truth = truthOf(left);
  return truth === undefined ? undefined : operator === '||' ? truth : !truth;
}

export function defaultOrigin(name: string): Origin {
  return { kind: 'default', text: `default of ${name}` };
}

/** `test ? yes : no`: the arm that is taken, or both. */
export function conditional(test: Abstract, yes: () => Abstract, no: () => Abstract): Abstract {
  const truth = truthOf(test);
  if (truth === undefined) return either([yes(), no()]);
  const takenFrom = truth ? yes() : no();
  const missing = test.kind === 'unknown' ? test.missing : undefined;
  return missing ? through(takenFrom, defaultOrigin(missing.name)) : takenFrom;
}
