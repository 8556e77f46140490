import type { Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { atNode } from '../flow/places.ts';
import { type CallNode, isCall, isFunction, leadingText, methodCall } from '../flow/syntax.ts';
import { whenTaken } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A health check that waits for a connection of the pool that requests use. */
export const healthCheckThroughPool: Rule = {
  severity: 'warn',
  *checkCode(code, { profiles }) {
    if (!mayBeRoute.test(code.file.text)) return;
    for (const { path, handler } of healthRoutes(code.file.program)) {
      const query = firstQuery(handler, code);
      if (!query) continue;
      const { call, pool } = query;
      yield {
        ...atNode(code.file, call),
        confidence: 'medium',
        message: `The health check ${path} waits for a connection of the pool that requests use.`,
        expected: 'a check that does not queue behind requests',
        consequence: `${pool ? whenTaken(pool, profiles) : 'When every connection is taken'}, the check waits too, and the orchestrator restarts the process or takes it out, which gives the others more load while the database is well.`,
        fix: 'Let liveness check the process alone; let readiness use a connection of its own, with a deadline of a second.',
      };
    }
  },
};

/** A path in quotes: most files have none, and need no walk. */
const mayBeRoute = /['"`/](?:_{0,2}health|live|ready|ping|status\/live)/i;
const routes = /^(?:get|all|use|route|head)$/;
const health =
  /(?:^|\/)_{0,2}(?:health|healthz|healthcheck|health-check|live|livez|liveness|ready|readyz|readiness|ping|status\/live)$/i;

function healthRoutes(program: Node): { path: string; handler: Node }[] {
  const found: { path: string; handler: Node }[] = [];
  walk(program, (node) => {
    if (!isCall(node)) return;
    const method = methodCall(node)?.method;
    const path = method !== undefined && routes.test(method) ? leadingText(node.arguments[0]) : undefined;
    if (path === undefined || !health.test(path)) return;
    found.push(...node.arguments.filter(isFunction).map((handler) => ({ path, handler })));
  });
  return found;
}

const runs =
  /^(?:query|execute|raw|connect|getConnection|unsafe|\$queryRaw|\$queryRawUnsafe|\$executeRaw|authenticate)$/;

function firstQuery(handler: Node, code: AnalysedCode): { call: CallNode; pool?: DeclaredPool } | undefined {
  let found: { call: CallNode; pool?: DeclaredPool } | undefined;
  walk(handler, (node) => {
    if (found) return false;
    const called = isCall(node) ? methodCall(node) : undefined;
    if (!isCall(node) || !called || !runs.test(called.method)) return true;
    const object = code.libraryObject(called.object);
    if (!object || object.kind === 'client' || object.kind === 'connection' || isOwn(object.pool)) return true;
    found = { call: node, ...(object.pool && { pool: object.pool }) };
    return false;
  });
  return found;
}

/** A pool that the check has for itself. */
function isOwn(pool: DeclaredPool | undefined): boolean {
  return /health|probe|check|ping/i.test(pool?.name ?? '');
}
