import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseCode } from '../../../../src/declarations/code/analyse.ts';
import { parseCode } from '../../../../src/declarations/code/parse.ts';
import { whyNotCode } from '../../../../src/declarations/code/readable.ts';
import { walk } from '../../../../src/declarations/code/walk.ts';
import { analysed, optionsOf, projectOf } from '../../../helpers/code.ts';

const shapes = [
  "import { Pool } from 'pg'; const config: any = { max: Number(process.env.SIZE ?? '20'), ...more }; config.min = 1; export const pool = new Pool(config);",
  "import mysql from 'mysql2/promise'; class Db { #pool; constructor(o) { this.#pool = mysql.createPool({ ...o, connectionLimit: o.size || 5 }) } async run(f) { const c = await this.#pool.getConnection(); try { return await f(c) } finally { c.release() } } }",
  "const { Sequelize } = require('sequelize'); const config = require('./b')[process.env.NODE_ENV || 'development']; module.exports = new Sequelize(config.database, config.username, config.password, config);",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template in the code that is read
  "import { TypeOrmModule } from '@nestjs/typeorm'; export const m = TypeOrmModule.forRootAsync({ useFactory: (c: ConfigService) => ({ type: 'postgres', url: `postgres://${c.get('USER')}@h/d`, extra: { max: c.get('MAX', 10) } }) });",
  "import knex from 'knex'; let db; export function get() { if (!db) db = knex({ client: 'pg', pool: { min: 0, max: size } }); return db } for (const x of [1, 2]) db = x; const { a = 1, ...rest } = { a: db };",
  "export * from './a'; import { pool as other } from './b'; export default class extends other { pool = this.pool; get x() { return this.x } static y = [...this.y] }",
];
const others = {
  'b.ts':
    "export * from './a'; export { pool } from './a'; import config from './c.json'; export const more = { ...more, ...config };",
  'c.json': '{ "production": { "dialect": "mysql", "pool": { "max": 5 } }, "test": [] }',
};

/** Pieces of code put in where others were: what is left may be anything. */
const mutated = fc
  .tuple(
    fc.constantFrom(...shapes),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 30 }), fc.constantFrom(...shapes), fc.nat()), { maxLength: 4 }),
  )
  .map(([shape, changes]) =>
    changes.reduce((text, [at, length, from, start]) => {
      const tokens = text.split(/\b/);
      const pieces = from.split(/\b/);
      const begin = start % pieces.length;
      tokens.splice(at % tokens.length, length % 4, ...pieces.slice(begin, begin + (length % 9)));
      return tokens.join('');
    }, shape),
  );

/** Asks everything that can be asked of a file. */
function askEverything(text: string): void {
  const file = parseCode('a.ts', text);
  if (!file) return;
  const { pools, notes, ...analysis } = analyseCode(file, projectOf({ 'a.ts': text, ...others }, { SIZE: ['8', 'x'] }));
  expect(pools.length + notes.length).toBeGreaterThanOrEqual(0);
  walk(file.program, (node) => {
    analysis.libraryObject(node);
    analysis.valueOf(node);
  });
}

it('answers on code of any shape, in the end', () => {
  fc.assert(fc.property(mutated, askEverything), { numRuns: 150 });
});

it('answers on text of any kind', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => askEverything(`import 'pg';${text}`)),
    { numRuns: 100 },
  );
});

describe('circles end', () => {
  it.each([
    "import { Pool } from 'pg'; const a = { ...b }; const b = { ...a, max: 5 }; new Pool(b)",
    "import { Pool } from 'pg'; const a = () => b(); const b = () => a(); new Pool(a())",
    "import { Pool } from 'pg'; const a: any = {}; a.a = a; new Pool(a)",
    "import { Pool } from 'pg'; class A { a = this.a } new Pool(new A().a)",
    "import { Pool } from 'pg'; class A extends B {} class B extends A {} new Pool(new A().a)",
    "import { Pool } from 'pg'; import { more } from './b'; new Pool(more)",
    "import { Pool } from 'pg'; type A = A | { max: A }; function f(a: A) { new Pool(a) } f(f(f))",
  ])('%s', (code) => {
    expect(analysed({ 'a.ts': code, ...others }).pools).toHaveLength(1);
  });
});

it('takes Windows line ends and a BOM', () => {
  const { pools } = analysed({ 'a.ts': "\uFEFFimport { Pool } from 'pg';\r\nnew Pool({\r\n  max: 5,\r\n});\r\n" });
  expect(pools.map((pool) => [pool.place.line, pool.options[0]?.place.line, ...optionsOf(pool)])).toEqual([
    [2, 3, 'max 5'],
  ]);
});

describe('what tools have made is not read as code', () => {
  it('because it is large', () => {
    expect(whyNotCode('x;'.repeat(1_000_001))).toBe('it has more than 2 million characters');
    expect(parseCode('a.js', 'x;'.repeat(1_000_001))).toBeUndefined();
  });

  it.each(['['.repeat(501), '1+'.repeat(1_501), `a${'\n.b()'.repeat(1_000)}`])('because it is deep', (text) => {
    expect(whyNotCode(text)).toBe('its code is nested too deeply');
  });

  it.each([
    'const a = [1, 2, 3];\n'.repeat(1_000),
    'const a = b\nconst c = d + e\n'.repeat(1_000),
    `const a = [${'"x", '.repeat(10_000)}]`,
    'if (a) { b() } else { c() }\n'.repeat(1_000),
  ])('but long code is', (text) => {
    expect(whyNotCode(text)).toBeUndefined();
  });
});
