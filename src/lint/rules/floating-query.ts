import { walk } from '../../declarations/code/walk.ts';
import { type Floating, floatingIn } from '../flow/floating.ts';
import { atNode } from '../flow/places.ts';
import { bare } from '../flow/syntax.ts';
import type { Rule, RuleReport } from '../rule.ts';

const words: Readonly<Record<Floating, Pick<RuleReport, 'message' | 'expected' | 'consequence'>>> = {
  runs: {
    message: 'Nobody waits for this statement.',
    expected: 'await, return or .catch()',
    consequence:
      'The code goes on before the statement has run, and its error is an unhandled rejection, which ends the process. On a connection that is given back meanwhile, it runs in the work of the next caller.',
  },
  'never-runs': {
    message: 'This statement is never sent: nobody waits for it.',
    expected: 'await, return, or .then()',
    consequence:
      'The library sends a statement when somebody waits for it: without that, nothing happens, and no error says so.',
  },
};

/** A statement that nobody waits for. */
export const floatingQuery: Rule = {
  severity: 'warn',
  inTests: false,
  *checkCode(code) {
    const found: RuleReport[] = [];
    walk(code.file.program, (node) => {
      if (node.type !== 'ExpressionStatement') return;
      const floating = floatingIn(code, node.expression);
      if (floating) found.push({ ...atNode(code.file, bare(node.expression)), ...words[floating], fix: 'Await it.' });
    });
    yield* found;
  },
};
