import { describe, expect, it } from 'vitest';
import { analysed, optionsOf } from '../../../helpers/code.ts';

/** What the option `max` of the pool in a.ts comes to. */
function maxOf(code: string, more: Record<string, string> = {}, variables?: Record<string, string[]>) {
  const [pool] = analysed({ 'a.ts': `import { Pool } from 'pg';\n${code}`, ...more }, variables).pools;
  return (
    pool &&
    optionsOf(pool)
      .find((option) => option.startsWith('max '))
      ?.slice('max '.length)
  );
}

describe('a value in the same file', () => {
  it.each([
    ['new Pool({ max: 20 })', '20'],
    ['new Pool({ max: 30_000 })', '30000'],
    ['new Pool({ max: 60e3 })', '60000'],
    ['new Pool({ max: 60 * 60 * 1000 })', '3600000'],
    ['const size = 5; new Pool({ max: size })', '5'],
    ['const limits = { pool: { size: 5 } }; new Pool({ max: limits.pool.size })', '5'],
    ["const limits = { pool: { size: 5 } }; new Pool({ max: limits['pool']['size'] })", '5'],
    ['const { pool: { size: max } } = { pool: { size: 5 } }; new Pool({ max })', '5'],
    ['const { size = 7 } = {}; new Pool({ max: size })', '7'],
    ['const common = { max: 5 }; new Pool({ ...common, min: 1 })', '5'],
    ['const common = { max: 5 }; new Pool({ max: 9, ...common })', '5'],
    ['new Pool(Object.assign({ max: 9 }, { max: 5 }))', '5'],
    ['const config: any = { max: 9 }; config.max = 5; new Pool(config)', '5'],
    ['const config = { max: 9 }; Object.assign(config, { max: 5 }); new Pool(config)', '5'],
    ['enum Size { Small = 5 } new Pool({ max: Size.Small })', '5'],
    ['class Sizes { static readonly small = 5 } new Pool({ max: Sizes.small })', '5'],
    ['class Db { size = 5; pool = new Pool({ max: this.size }) }', '5'],
    ['const of = (size: number) => ({ max: size * 2 }); new Pool(of(4))', '8'],
    ['function make() { const size = 5; return { max: size } } new Pool(make())', '5'],
    ["new Pool({ max: Number('20') })", '20'],
    ["new Pool({ max: parseInt('20', 10) })", '20'],
    ["const two = '2'; new Pool({ max: Number.parseInt(two + 0) })", '20'],
    ['new Pool({ max: Math.max(2, 20) })', '20'],
    ['new Pool({ max: null ?? 20 })', '20'],
    ['new Pool({ max: 0 || 20 })', '20'],
    ['new Pool({ max: true && 20 })', '20'],
    ['new Pool({ max: 2 > 1 ? 20 : 10 })', '20'],
    ['new Pool({ max: 20 as number })', '20'],
    ['new Pool(<any>{ max: 20 })', '20'],
    ['new Pool({ max: 20 } satisfies object)', '20'],
    ['let size = 5; size = 20; new Pool({ max: size })', '20'],
  ])('%s', (code, expected) => {
    expect(maxOf(code)).toBe(expected);
  });
});

describe('a variable of the environment', () => {
  const unset: [string, string][] = [
    ['Number(process.env.SIZE) || 20', '20'],
    ["parseInt(process.env.SIZE ?? '25', 10)", '25'],
    ["parseInt(process.env['SIZE'] || '25')", '25'],
    ['+(process.env.SIZE ?? 25)', '25'],
    ["Number(Deno.env.get('SIZE') ?? 25)", '25'],
    ['Number(Bun.env.SIZE ?? 25)', '25'],
    ['Number(import.meta.env.SIZE ?? 25)', '25'],
    ['process.env.SIZE ? Number(process.env.SIZE) : 20', '20'],
    ["env('SIZE', 20)", '20'],
    ["env.int('SIZE', 20)", '20'],
    ["getEnvNumber('SIZE', 20)", '20'],
    ['toNumber(process.env.SIZE, 20)', '20'],
    ['Number(process.env.SIZE)', '? no file of the project sets SIZE; where it is not set, this is NaN'],
    ['Number(process.env.SIZE) ?? 20', '? no file of the project sets SIZE; where it is not set, this is NaN'],
    ['process.env.SIZE', '? no file of the project sets SIZE'],
    ["process.env.NODE_ENV === 'production' ? 20 : 5", '? 20 or 5'],
    ["process.env.MODE === 'cluster' ? 20 : 5", '? 20 or 5'],
  ];
  it.each(unset)('%s, where no file sets it', (expression, expected) => {
    expect(maxOf(`declare const env: any; new Pool({ max: ${expression} })`)).toBe(expected);
  });

  it.each([
    ['Number(process.env.SIZE) || 20', '8'],
    ['process.env.SIZE ?? 20', '"8"'],
    ["env('SIZE', 20)", '8'],
    ['process.env.SIZE ? Number(process.env.SIZE) : 20', '8'],
  ])('%s, where a file sets it to 8', (expression, expected) => {
    expect(maxOf(`declare const env: any; new Pool({ max: ${expression} })`, {}, { SIZE: ['8'] })).toBe(expected);
  });

  it('has several values where several files set it', () => {
    expect(maxOf('new Pool({ max: Number(process.env.SIZE) })', {}, { SIZE: ['8', '9'] })).toBe('? 8 or 9');
  });

  it('goes through a helper of the project', () => {
    const helper =
      'function num(name, preset) { const raw = process.env[name]; if (!raw) return preset; return Number(raw) }';
    expect(maxOf(`${helper} new Pool({ max: num('SIZE', 20) })`)).toBe('20');
    expect(maxOf(`${helper} new Pool({ max: num('SIZE', 20) })`, {}, { SIZE: ['8'] })).toBe('8');
  });

  it('is checked afterwards', () => {
    expect(
      maxOf('let size = Number(process.env.SIZE); if (Number.isNaN(size)) size = 12; new Pool({ max: size })'),
    ).toBe('12');
  });
});

describe('what cannot be resolved is unknown, and never a default', () => {
  it.each([
    ['export function make(max: number) { return new Pool({ max }) }', '? max comes from the caller'],
    [
      'export function make(options: any) { return new Pool({ max: options.max || 10 }) }',
      '? options comes from the caller',
    ],
    [
      'export const make = (options: any) => new Pool({ max: 10, ...options })',
      '? it may be replaced later: options are spread from something that is not known: options comes from the caller',
    ],
    ["import os from 'node:os'; new Pool({ max: os.cpus().length })", '? a call of the package os'],
    [
      'const size = size2; const size2 = size; new Pool({ max: size })',
      '? it refers to itself, or is too long a way to its value',
    ],
  ])('%s', (code, expected) => {
    expect(maxOf(code)).toBe(expected);
  });

  it('says so of all options where they come from a caller', () => {
    const [pool] = analysed({
      'a.ts': "import { Pool } from 'pg'; export const make = (options: any) => new Pool(options)",
    }).pools;
    expect(pool?.opaque).toBe('options comes from the caller');
  });
});

describe('an import', () => {
  it.each([
    ["import { size } from './config'; new Pool({ max: size })", { 'config.ts': 'export const size = 5;' }],
    ["import { size } from './config.js'; new Pool({ max: size })", { 'config.ts': 'export const size = 5;' }],
    [
      "import config from './config'; new Pool({ max: config.size })",
      { 'config/index.ts': 'export default { size: 5 };' },
    ],
    ["import * as config from './config'; new Pool({ max: config.size })", { 'config.ts': 'export const size = 5;' }],
    ["const { size } = require('./config'); new Pool({ max: size })", { 'config.js': 'module.exports = { size: 5 };' }],
    ["const config = require('./config'); new Pool({ max: config.size })", { 'config.js': 'exports.size = 5;' }],
    ["import config = require('./config'); new Pool({ max: config.size })", { 'config.ts': 'export = { size: 5 };' }],
    [
      "import { size } from './config'; new Pool({ max: size })",
      { 'config.ts': "export * from './more';", 'more.ts': 'export const size = 5;' },
    ],
    [
      "import { size } from './config'; new Pool({ max: size })",
      { 'config.ts': "export { small as size } from './more';", 'more.ts': 'export const small = 5;' },
    ],
    [
      "import { size } from '@app/config'; new Pool({ max: size })",
      {
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@app/*": ["./src/*"] }, /* so */ }, }',
        'src/config.ts': 'export const size = 5;',
      },
    ],
    [
      "import { size } from 'src/config'; new Pool({ max: size })",
      { 'tsconfig.json': '{ "compilerOptions": { "baseUrl": "." } }', 'src/config.ts': 'export const size = 5;' },
    ],
    [
      "import config from './config.json'; new Pool({ max: config.pool.size })",
      { 'config.json': '{ "pool": { "size": 5 } }' },
    ],
  ])('%s', (code, files) => {
    expect(maxOf(code, files)).toBe('5');
  });

  it('is followed over three files and no further', () => {
    const chain = (from: number, to: number) =>
      Object.fromEntries(
        Array.from({ length: to - from }, (_, index) => [
          `c${from + index}.ts`,
          `export { size } from './c${from + index + 1}';`,
        ]),
      );
    const code = "import { size } from './c1'; new Pool({ max: size })";
    expect(maxOf(code, { ...chain(1, 3), 'c3.ts': 'export const size = 5;' })).toBe('5');
    expect(maxOf(code, { ...chain(1, 5), 'c5.ts': 'export const size = 5;' })).toBe(
      '? it comes from further away than 3 files',
    );
  });

  it('may go in circles', () => {
    expect(
      maxOf("import { size } from './b'; new Pool({ max: size })", {
        'b.ts': "export * from './b'; import { size as other } from './c'; export const size = other;",
        'c.ts': "export { size } from './b';",
      }),
    ).toMatch(/^\? /);
  });
});

describe('a service of configuration', () => {
  const nest = (load: string, use: string) => `import { ConfigModule, ConfigService, registerAs } from '@nestjs/config';
    import type { ConfigType } from '@nestjs/config';
    ConfigModule.forRoot({ load: [${load}] });
    class Db { constructor(private config: ConfigService) {} pool = new Pool({ max: ${use} }) }`;

  it.each([
    ['() => ({ database: { pool: { max: 5 } } })', "this.config.get<number>('database.pool.max')", '5'],
    [
      "registerAs('database', () => ({ pool: { max: 5 } }))",
      "this.config.get('database.pool.max', { infer: true })",
      '5',
    ],
    [
      "registerAs('other', () => ({})), registerAs('database', () => ({ max: Number(process.env.SIZE || 5) }))",
      "this.config.getOrThrow('database.max')",
      '5',
    ],
    [
      "registerAs('database', () => ({}))",
      "this.config.get('database.max', 5)",
      '? the setting database.max of a configuration service',
    ],
    ['', "this.config.get('database.max')", '? the setting database.max of a configuration service'],
  ])('%s, %s', (load, use, expected) => {
    expect(maxOf(nest(load, use))).toBe(expected);
  });

  it.each([
    "const database = registerAs('database', () => ({ max: 5 })); class Db { constructor(private config: ConfigType<typeof database>) {} pool = new Pool({ max: this.config.max }) }",
    "import { z } from 'zod'; const env = z.object({ SIZE: z.coerce.number().default(5) }).parse(process.env); new Pool({ max: env.SIZE })",
    "import { cleanEnv, num } from 'envalid'; const env = cleanEnv(process.env, { SIZE: num({ default: 5 }) }); new Pool({ max: env.SIZE })",
    "import Joi from 'joi'; const { value } = Joi.object({ SIZE: Joi.number().default(5) }).validate(process.env); new Pool({ max: value.SIZE })",
  ])('%s', (code) => {
    expect(maxOf(`import { registerAs, ConfigType } from '@nestjs/config'; ${code}`)).toBe('5');
  });
});
