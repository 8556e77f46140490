import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import { walk } from '../../declarations/code/walk.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { AnalysedCode } from '../analysed-code.ts';
import { hasOneCaller } from '../flow/short-lived.ts';
import { type CallNode, isCall, propertyOf } from '../flow/syntax.ts';
import { holderOf, holdersOf, meaningfulParent, usesOf } from '../flow/uses.ts';
import { isCode } from '../kinds.ts';
import { applicationsOf } from '../pools/application.ts';
import { errorListenersIn, isNamedPool, mayAddListener } from '../pools/error-listeners.ts';
import { atPool, libraryOf } from '../pools/words.ts';
import type { Project } from '../project.ts';
import { codeOf } from '../read-code.ts';
import type { Rule, RuleReport } from '../rule.ts';
import { isTestCode } from '../test-code.ts';

/**
 * A pool of pg without a listener for errors: an idle connection that dies ends the process. One that other files may get
 * is judged where these are known, by the command line alone.
 */
export const poolErrorHandlerMissing: Rule = {
  severity: 'warn',
  *checkCode(code) {
    for (const { pool, call } of unheardIn(code)) {
      if (!isSeenOutside(code.file, call)) yield report(pool);
    }
  },
  *checkProject(project) {
    for (const { pools, paths } of applicationsOf(project)) {
      for (const path of new Set(pools.filter(mayBeUnheard).map(({ place }) => place.file))) {
        const code = codeOf(path, project);
        if (!code) continue;
        for (const { pool, call } of unheardIn(code)) {
          if (isSeenOutside(code.file, call) && !isHeardElsewhere(project, pool, paths)) yield report(pool);
        }
      }
    }
  },
};

function report(pool: DeclaredPool): RuleReport {
  return {
    ...atPool(pool, 'error'),
    message: `Nothing listens for errors of this pool of ${libraryOf(pool)}.`,
    expected: "a listener: pool.on('error', …)",
    consequence:
      'When the server ends an idle connection, as a restart or a failover does, the pool emits an error that nobody takes, and Node.js ends the process.',
    fix: "Add pool.on('error', (error) => log(error)); the pool itself drops the connection.",
  };
}

/** The others listen themselves; a pool that a function makes may be gone before a connection idles. */
function mayBeUnheard({ library, lives }: DeclaredPool): boolean {
  return library === 'pg' && (lives === 'module' || lives === 'instance');
}

interface Unheard {
  readonly pool: DeclaredPool;
  readonly call: CallNode;
}

/** The pools of a file without a listener in it. */
function unheardIn(code: AnalysedCode): Unheard[] {
  if (hasOneCaller(code.file)) return [];
  return code.pools.filter(mayBeUnheard).flatMap((pool) => {
    const call = callAt(code.file, pool);
    // Who makes an object of a class that extends the pool may listen.
    return call && call.callee.type !== 'Super' && !isHeard(code, call) ? { pool, call } : [];
  });
}

function callAt(file: CodeFile, { place }: DeclaredPool): CallNode | undefined {
  let found: CallNode | undefined;
  walk(file.program, (node) => {
    if (found || node.start > place.start || node.end < place.end) return false;
    if (isCall(node) && node.start === place.start && node.end === place.end) found = node;
    return true;
  });
  return found;
}

/** A listener in this file, or somebody who gets the pool and may add one. */
function isHeard(code: AnalysedCode, made: CallNode): boolean {
  const uses = usesOf(code.file, holdersOf(code.file, made));
  if (uses.passed.some(({ call }) => mayAddOne(call, code))) return true;
  return errorListenersIn(code).some(({ object, of }) => {
    if (object === made) return true;
    if (of) return of.kind === 'pool' || of.kind === 'module';
    return object.type !== 'Identifier' || isNamedPool(object) || /client/i.test(object.name);
  });
}

/** Libraries that run statements on a pool and leave its errors to others; whoever else gets it may listen. */
const silent = /^(?:drizzle|Kysely|PostgresDialect|NodePgDriver)$/;

function mayAddOne({ callee }: CallNode, code: AnalysedCode): boolean {
  const name = callee.type === 'Identifier' ? callee.name : (propertyOf(callee) ?? '');
  return !silent.test(name) && code.libraryObject(callee)?.library !== 'drizzle-orm';
}

/** Whether other files may get the pool: it is exported, returned, kept in an object or a field. */
function isSeenOutside(file: CodeFile, made: CallNode): boolean {
  const holders = [...holdersOf(file, made)];
  if (holders.length === 0) return true;
  return holders.some(({ defs, references }) => {
    const isExported = defs.some(({ parent }) => parent && file.parentOf(parent)?.type === 'ExportNamedDeclaration');
    return isExported || references.some((use) => use.reads && !staysInside(file, use.identifier));
  });
}

function staysInside(file: CodeFile, use: Node): boolean {
  const { parent, child } = meaningfulParent(file, use);
  if (!parent || holderOf(file, use) !== undefined) return true;
  return (
    isCall(parent) ||
    (parent.type === 'MemberExpression' && parent.object === child) ||
    (/Statement$|^Unary|^TSTypeQuery/.test(parent.type) && parent.type !== 'ReturnStatement')
  );
}

/** A listener in another file: on this pool, or in the same program on something that is called as pools are. */
function isHeardElsewhere(project: Project, { place }: DeclaredPool, paths: readonly string[]): boolean {
  return project.paths.some((path) => {
    const text = path !== place.file && isCode(path) && !isTestCode(path) ? (project.files.read(path) ?? '') : '';
    if (!mayAddListener.test(text)) return false;
    const isSameProgram = paths.includes(path);
    if (isSameProgram && text.includes('attachDatabasePool(')) return true;
    const code = codeOf(path, project);
    return (
      code !== undefined &&
      errorListenersIn(code).some(({ object, of }) =>
        of ? of.kind === 'pool' && isSamePlace(of.pool?.place ?? place, place) : isSameProgram && isNamedPool(object),
      )
    );
  });
}

const isSamePlace = (a: SourceSpan, b: SourceSpan) => a.file === b.file && a.start === b.start;
