import type { Node, Program } from '../code-file.ts';
import { eachChild } from '../walk.ts';
import { expressionVisitors } from './expressions.ts';
import { functionVisitors } from './functions.ts';
import { moduleVisitors } from './modules.ts';
import { makeScopes } from './scopes.ts';
import { statementVisitors } from './statements.ts';
import { typeVisitors } from './types.ts';
import type { Variable } from './variable.ts';
import { type Binder, visitorOf } from './visitors.ts';

/** The variable of each identifier of a module: where it is declared, read, written, or named as a type. */
export function bindProgram(program: Program): ReadonlyMap<Node, Variable> {
  const binder: Binder = {
    scopes: makeScopes(),
    visit: (node) => visit(node),
    visitType: (node) => visitType(node),
  };
  const visitType = visitorOf(typeVisitors(binder));
  const visit = visitorOf({
    ...expressionVisitors(binder),
    ...functionVisitors(binder),
    ...statementVisitors(binder),
    ...moduleVisitors(binder),
  });
  eachChild(program, visit);
  return binder.scopes.end();
}
