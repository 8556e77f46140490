import type { Node } from '../../../declarations/code/code-file.ts';
import { bare } from '../syntax.ts';
import { absent, anyHeld, type Status } from './status.ts';
import type { Subject } from './subject.ts';

/** What is left of a status where a condition has come out true or false. */
export function assume(subject: Subject, condition: Node, status: Status, value: boolean): Status {
  const test = bare(condition);
  if (test.type === 'UnaryExpression' && test.operator === '!') return assume(subject, test.argument, status, !value);
  if (test.type === 'LogicalExpression' && test.operator !== '??') {
    const both = assume(subject, test.right, assume(subject, test.left, status, value), value);
    if ((test.operator === '&&') === value) return both;
    return assume(subject, test.left, status, value) | assume(subject, test.right, status, value);
  }
  switch (subject.provenBy(test, value)) {
    case 'set':
      return status & ~absent;
    case 'unset':
      return status & absent;
    case 'held':
      return status & anyHeld;
    case 'not-held':
      return status & ~anyHeld;
    case undefined:
      return status;
  }
}
