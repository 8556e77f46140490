import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyze } from '@typescript-eslint/scope-manager';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import type { Node } from '../../../../src/declarations/code/code-file.ts';
import { bindProgram } from '../../../../src/declarations/code/scopes/bind.ts';

/** What is known of the variable of each identifier, by places in the text. */
type Described = ReadonlyMap<number, string>;

interface AnyVariable {
  readonly defs: readonly { type: string; name: object; node: object; parent?: object | null }[];
  readonly references: readonly { identifier: object }[];
}

const at = (node: object | null | undefined) => (node ? (node as Node).start : 'none');

function describeVariable<Each extends AnyVariable>(
  { defs, references }: Each,
  use: (reference: Each['references'][number]) => readonly unknown[],
): string {
  const declared = defs.map(({ type, name, node, parent }) => `${type} ${at(name)} ${at(node)} ${at(parent)}`);
  return [...declared, ...references.map((each) => [at(each.identifier), ...use(each)].join(' '))].join('\n');
}

function ours(program: ReturnType<typeof parse>): Described {
  const described = [...bindProgram(program)].map(([identifier, variable]) => {
    const text = describeVariable(variable, ({ reads, writes, init }) => [reads, writes, init]);
    return [identifier.start, text] as const;
  });
  return new Map(described);
}

/** The same by the scope manager of typescript-eslint, which takes three times as long. */
function theirs(program: ReturnType<typeof parse>): Described {
  const { scopes } = analyze(program as never, { sourceType: 'module', lib: [], jsxPragma: null });
  const found = new Map<object, (typeof scopes)[number]['variables'][number]>();
  for (const { variables, references } of scopes) {
    for (const variable of variables) for (const each of variable.identifiers) found.set(each, variable);
    for (const { identifier, resolved } of references) {
      if (resolved && resolved.defs.length > 0) found.set(identifier, resolved as never);
    }
  }
  const described = [...found].map(([identifier, variable]) => {
    const use = (each: (typeof variable.references)[number]) => [each.isRead(), each.isWrite(), each.init === true];
    return [(identifier as unknown as Node).start, describeVariable(variable, use)] as const;
  });
  return new Map(described);
}

function parse(text: string) {
  const { program, errors } = parseSync('a.tsx', text, { lang: 'tsx', astType: 'ts', range: true });
  expect(errors).toEqual([]);
  return program;
}

function expectSame(text: string): void {
  const program = parse(text);
  const sorted = (described: Described) => [...described].sort(([a], [b]) => a - b);
  expect(sorted(ours(program))).toEqual(sorted(theirs(program)));
}

describe('the variable of each identifier is that which typescript-eslint finds', () => {
  it.each([
    ['var and let', 'var a = 1; { let a = 2; a; var b = a; } if (b) { var a = 3; } a += b;'],
    ['hoisting', 'f(x); function f(y: number) { return x + y; } let x = 1; { function g() {} g(); } g;'],
    [
      'defaults',
      'const x = 1; function f(a = x, { b = a, ...c } = {} as any, ...[d]: number[]) { const x = 2; return x; }',
    ],
    ['arguments', 'const arguments2 = 1; function f(a = arguments) { return arguments; } const g = () => arguments2;'],
    [
      'writes',
      'let a = 1, b, c: any = {}; [a, b = a] = [2]; ({ a, x: c.y, [a]: b } = c); a++; (a as any) = 3; c.z = a;',
    ],
    [
      'loops',
      'let i; for (let i = 0; i < 9; i++) i; for (const [k, v = k] of []) v; for (i in {}) i; for (var z of []) z; z;',
    ],
    [
      'catch and switch',
      'try {} catch ({ message = e }) { var e = message; } switch (e) { case 1: let e; default: e; }',
    ],
    [
      'classes',
      'class A<T> extends A.B<T> implements I { static #p = A; [A.k] = this; @A m(@A x: T) { return x; } static { var q; } } interface I {} const B = class C { c = C; }; C;',
    ],
    [
      'functions by name',
      'const f = function g() { return g; }; g; const h = { m() { return h; }, get p() { return f; } };',
    ],
    [
      'types',
      'type T<U> = U extends (infer V)[] ? V : U; type M = { [K in keyof T<1> as Uppercase<K>]: K }; const T = 1; let v: typeof T; interface J<W> extends Array<W> { [k: string]: W; m(a: M): a is J<W>; new (): typeof T; }',
    ],
    [
      'types and values of one name',
      'const A = 1; type A = A; export { A }; export type { A as B }; export { type A as C }; export default A;',
    ],
    [
      'imports',
      "import a, { b as c, type D } from 'x'; import * as e from 'y'; import f = e.g; import h = require('z'); a(c, e, f, h) as D;",
    ],
    [
      'enums and namespaces',
      "enum E { a = 1, 'b' = a, c = b } namespace N { export const x = E.a; var y = x; } N.x; declare global { var w: E; }",
    ],
    ['JSX', 'const A = 1, B = { C: 1 }, d = 1; const e = <A d={d}><B.C {...A} /><d /></A>;'],
    [
      'generics',
      'function f<T extends keyof U, U = T>(this: T, a: U): asserts a is U & T { return g<T>(a) as U; } const g = <T,>(a: T): T => a;',
    ],
  ])('%s', (_name, text) => expectSame(text));

  it('in the code of poolctl and its tests', () => {
    const root = fileURLToPath(new URL('../../../../', import.meta.url));
    const files = ['src', 'test/unit'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file)),
    );
    const code = files.filter((file) => /src.*lint.*\.ts$|fixtures.*\.tsx?$/.test(file));
    expect(code.length).toBeGreaterThan(300);
    for (const file of code) {
      const text = readFileSync(file, 'utf8');
      if (parseSync('a.tsx', text, { lang: 'tsx' }).errors.length === 0) expectSame(text);
    }
  });
});
