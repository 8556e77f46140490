import type { Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { atNode } from '../flow/places.ts';
import { isCall, keyOf, methodCall } from '../flow/syntax.ts';
import { type TransactionPooler, transactionPooler } from '../pools/pooler-evidence.ts';
import { sessionStateOf } from '../pools/session-state.ts';
import { atPool } from '../pools/words.ts';
import type { Rule, RuleReport } from '../rule.ts';

/** Statements whose effect outlasts a transaction, where the next transaction has another server connection. */
export const sessionStateBehindPooler: Rule = {
  severity: 'warn',
  *checkPool(pool, context) {
    if (!preparesAll.test(pool.library) || !mayPrepare(pool)) return;
    const pooler = transactionPooler(pool, context);
    if (pooler?.losesPrepared) yield { ...atPool(pool, 'prepare'), ...lostPrepared(pooler, 'Set `prepare: false`.') };
  },
  *checkCode(code, context) {
    if (!mayLeaveState.test(code.file.text)) return;
    const statements: Node[] = [];
    walk(code.file.program, (node) => {
      if (isCall(node) || node.type === 'TaggedTemplateExpression') statements.push(node);
    });
    for (const node of statements) {
      const run = statementOf(node, code);
      const state = run && sessionStateOf(run.sql);
      if (!run || (!state && !run.isNamed)) continue;
      const pooler = transactionPooler(code.libraryObject(run.object)?.pool ?? onlyPool(code), context);
      if (!pooler) continue;
      if (run.isNamed && pooler.losesPrepared)
        yield { ...atNode(code.file, node), ...lostPrepared(pooler, 'Leave out `name`.') };
      if (!state) continue;
      yield {
        ...atNode(code.file, node),
        ...(state.isSilent && { severity: 'error' as const }),
        message: `${state.breaks} does not work through a transaction pooler (${pooler.why}).`,
        expected: 'nothing that outlasts a transaction: the next one has another server connection',
        consequence: state.isSilent
          ? 'The statement reports success. Its effect stays on a server connection that the next client gets, and is gone for this one.'
          : 'The statement fails, or a later one that needs it, whenever the pooler has given the server connection to somebody else.',
        fix: state.instead,
      };
    }
  },
};

/** Libraries that prepare every statement by themselves, unless their option `prepare` is false. */
const preparesAll = /^(?:postgres|bun-sql)$/;

/** Words of such statements: most files have none, and need no walk. */
const mayLeaveState =
  /\bname\s{0,9}:|\bLISTEN\s|\bSET\s|set_config|advisory_lock|\bTEMP(?:ORARY)?\s|WITH\s+HOLD|\bPREPARE\s|\bDEALLOCATE\b|\bLOAD\s/i;

const runs =
  /^(?:query|execute|raw|unsafe|none|any|one|oneOrNone|\$executeRawUnsafe|\$queryRawUnsafe|\$executeRaw|\$queryRaw)$/;

/** What a call or a tagged template sends, and through which object. */
interface Statement {
  readonly sql: string;
  readonly object: Node;
  /** pg prepares it under a name of the program. */
  readonly isNamed?: boolean;
}

/** The SQL that a call or a tagged template sends, where it begins with text, and what it is sent with. */
function statementOf(node: Node, code: AnalysedCode): Statement | undefined {
  if (node.type === 'TaggedTemplateExpression') {
    const object = node.tag.type === 'MemberExpression' ? node.tag.object : node.tag;
    const sql = node.quasi.quasis.map(({ value }) => value.cooked ?? value.raw).join(' $1 ');
    return code.libraryObject(object) ? { sql, object } : undefined;
  }
  const called = isCall(node) ? methodCall(node) : undefined;
  if (!isCall(node) || !called || !runs.test(called.method)) return undefined;
  if (node.arguments.length === 0 || !code.libraryObject(called.object)) return undefined;
  const [first] = node.arguments;
  const isNamed = isNamedStatement(first) && code.libraryObject(called.object)?.library === 'pg';
  const sql = textOf(first, code) ?? (isNamed ? '' : undefined);
  return sql === undefined ? undefined : { sql, object: called.object, isNamed };
}

/** `{ name, text, values }`. */
function isNamedStatement(argument: Node | undefined): boolean {
  if (argument?.type !== 'ObjectExpression') return false;
  const keys = argument.properties.map((property) => (property.type === 'Property' ? keyOf(property) : undefined));
  return keys.includes('name') && keys.includes('text');
}

function mayPrepare({ options, opaque }: DeclaredPool): boolean {
  if (opaque !== undefined) return false;
  const set = options.find(({ name }) => name === 'prepare' || name === 'no_prepare');
  return set === undefined || (set.value.kind === 'known' && set.value.value === (set.name === 'prepare'));
}

function lostPrepared({ why }: TransactionPooler, fix: string): Omit<RuleReport, 'place' | 'fingerprint'> {
  return {
    message: `Prepared statements do not work through this transaction pooler (${why}).`,
    expected: 'no named statement: the pooler does not prepare it on the next server connection',
    consequence:
      'The statement fails with "prepared statement … does not exist" or "… already exists" whenever it gets another server connection than before.',
    fix,
  };
}

function textOf(argument: Node | undefined, code: AnalysedCode): string | undefined {
  if (!argument) return undefined;
  if (argument.type === 'TemplateLiteral')
    return argument.quasis.map(({ value }) => value.cooked ?? value.raw).join(' $1 ');
  if (argument.type === 'ObjectExpression') {
    for (const property of argument.properties) {
      if (
        property.type === 'Property' &&
        property.key.type === 'Identifier' &&
        /^(?:text|sql)$/.test(property.key.name)
      )
        return textOf(property.value, code);
    }
    return undefined;
  }
  const value = code.valueOf(argument);
  return value.kind === 'known' && typeof value.value === 'string' ? value.value : undefined;
}

/** Where a file makes one pool, its statements go through that one. */
function onlyPool({ pools }: AnalysedCode) {
  return pools.length === 1 ? pools[0] : undefined;
}
