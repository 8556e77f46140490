import type { CodeFile, Node } from '../../declarations/code/code-file.ts';
import type { Variable } from '../../declarations/code/scopes/variable.ts';
import { endsOf, endsOfPool, type Role } from './endings.ts';
import { functionNamed } from './functions.ts';
import { variableAt } from './names.ts';
import type { Proof, Subject, Treatment } from './paths/subject.ts';
import { awaited, bare, type CallNode, functionAround, isCall, isFunction, propertyOf } from './syntax.ts';
import { isBegin, takingUses } from './takings.ts';
import { isInside, meaningfulParent, usesOf } from './uses.ts';

export interface SubjectParts {
  readonly file: CodeFile;
  readonly role: Role;
  readonly library: string;
  /** Variables that hold it. */
  readonly holders: ReadonlySet<Variable>;
  /** Functions that give it back when they are called: pg's `done`. */
  readonly releasers: ReadonlySet<Variable>;
  /** Errors of a callback: where one is set, there is nothing to give back. */
  readonly errors: ReadonlySet<Variable>;
  /** Calls whose value it is. */
  readonly sources: ReadonlySet<Node>;
  /** The pool that it comes from, where that is a variable: its end is the end of all that it has lent. */
  readonly lender?: Variable | undefined;
  /** It is taken by a first use, and not by its source: a query runner, a client of its own. */
  readonly isTakenByUse: boolean;
  /** What a function of the project does with it; undefined where its text is not known. */
  treatmentIn(call: CallNode, index: number, role: Role): Treatment | undefined;
  /** Names of the project's own functions that take it back. */
  readonly ownReleases: readonly string[];
}

export function subjectOf(parts: SubjectParts): Subject {
  const { file, role, holders, releasers, sources } = parts;
  const uses = usesOf(file, holders);
  const done = usesOf(file, releasers);
  const { closing: closed, giving } = endsOf(file, role, uses, done, parts.ownReleases);
  const closing = new Set<Node>([...closed, ...endedAtOnce(file, sources)]);
  const ends = parts.lender ? endsOfPool(file, parts.lender) : [];
  // That of a function which knows nothing of this connection, such as the one that stops the service, is no end of it.
  const endsOfLender = new Set<Node>(ends.filter((end) => isWithin(functionAround(file, end))));
  function isWithin(around: Node | undefined): boolean {
    return around === undefined || [...sources, ...uses.all].some((node) => isInside(node, around));
  }
  const isOwner = closing.size > 0 || giving.size > 0 || endsOfLender.size > 0;
  const treatments = new Map<CallNode, Treatment>();
  const treatmentIn = (call: CallNode, index: number): Treatment => {
    const treatment = treatments.get(call) ?? parts.treatmentIn(call, index, role) ?? (isOwner ? 'kept' : 'unknown');
    treatments.set(call, treatment);
    return treatment;
  };
  let known: readonly Node[] | undefined;
  const changes = (): readonly Node[] => {
    known ??= [
      ...closing,
      ...giving,
      ...endsOfLender,
      ...uses.passed.filter(({ call, index }) => treatmentIn(call, index) !== 'kept').map(({ call }) => call),
    ];
    return known;
  };
  const holds = (variables: ReadonlySet<Variable>, node: Node): boolean => {
    const variable = node.type === 'Identifier' ? variableAt(file, node) : undefined;
    return variable !== undefined && variables.has(variable);
  };
  const is = (expression: Node): boolean => {
    const node = awaited(expression);
    return sources.has(node) || holds(holders, node);
  };
  const taking = parts.isTakenByUse ? takingUses(file, role, uses, is) : sources;
  const errors = new Set([...parts.errors, ...errorsOf(file, parts.isTakenByUse ? taking : [])]);
  return {
    file,
    is,
    isTakenBy: (call) => taking.has(call),
    isTakenOnce: parts.isTakenByUse,
    firstTaken: [...taking].find(isCall),
    isBegin: (call) => isBegin(call, is),
    isGivenBackBy: (call) => closing.has(call),
    isEndOfLender: (call) => endsOfLender.has(call),
    givesBackWhenCalled: (value) => giving.has(bare(value)),
    treatmentIn,
    calledFunction: (call) => functionNamed(file, call.callee),
    isEverGivenBack: isOwner,
    isGivenToStrangers: () => uses.passed.some(({ call, index }) => treatmentIn(call, index) === 'unknown'),
    isDisposable: ['mysql2', 'typeorm', 'postgres', 'mariadb'].includes(parts.library),
    changesIn: (expression) => [...changes(), ...taking].some((node) => isInside(node, expression)),
    isSeenIn: (fn) => [...uses.all, ...done.all, ...taking].some((node) => isInside(node, fn)),
    canGiveBackIn: (fn) => changes().some((node) => isInside(node, fn)),
    provenBy(condition, value) {
      const proof = provenBy(condition, value, is, role);
      if (proof) return proof;
      const error = provenBy(condition, value, (node) => holds(errors, node), role);
      return error && (error === 'set' ? 'unset' : 'set');
    },
  };
}

/** `(await pool.connect()).release()`, which no variable holds. */
function endedAtOnce(file: CodeFile, sources: ReadonlySet<Node>): Node[] {
  return [...sources].flatMap((source) => {
    const { parent, child } = meaningfulParent(file, source);
    const isEnd =
      parent?.type === 'MemberExpression' && parent.object === child && endsAtOnce.test(propertyOf(parent) ?? '');
    const call = isEnd ? file.parentOf(parent) : undefined;
    return call && isCall(call) && call.callee === parent ? [call] : [];
  });
}

const endsAtOnce = /^(?:release|end|destroy|close)$/;

/** `client`, `client !== undefined`, `runner.isReleased`. */
function provenBy(condition: Node, value: boolean, is: (node: Node) => boolean, role: Role): Proof | undefined {
  const test = bare(condition);
  if (is(test)) return value ? 'set' : 'unset';
  if (test.type === 'MemberExpression' && is(test.object)) {
    const name = propertyOf(test) ?? '';
    if (name === 'isTransactionActive') return role !== 'begun' ? undefined : value ? 'held' : 'not-held';
    return endedNames.test(name) ? (value ? 'not-held' : 'held') : undefined;
  }
  if (test.type !== 'BinaryExpression' || !/^[!=]==?$/.test(test.operator)) return undefined;
  const [left, right] = [bare(test.left), bare(test.right)];
  if (!(is(left) && isNothing(right)) && !(is(right) && isNothing(left))) return undefined;
  return test.operator.startsWith('!') === value ? 'set' : 'unset';
}

/** What libraries call the state of a connection that has been given back. */
const endedNames = /^(?:isReleased|released|_released|isClosed|closed|destroyed|ended|_ended|_ending|finished)$/;

const isNothing = (node: Node) =>
  (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined');

/** The errors of callbacks: `client.connect((error) => …)`. */
function errorsOf(file: CodeFile, calls: Iterable<Node>): Variable[] {
  return [...calls].flatMap((call) => {
    const callback = isCall(call) ? call.arguments.find(isFunction) : undefined;
    const [error] = callback?.params ?? [];
    return (error && variableAt(file, error)) ?? [];
  });
}
