import { describe, expect, it } from 'vitest';
import { convertSettings } from '../../../src/convert/run.ts';
import { type EnvReader, parseDotenv } from '../../../src/declarations/formats/dotenv.ts';
import { parseIni } from '../../../src/declarations/formats/ini.ts';
import { parseProperties } from '../../../src/declarations/formats/properties.ts';
import { parseYaml } from '../../../src/declarations/formats/yaml.ts';
import { readPlain, type YamlReader } from '../../../src/declarations/formats/yaml-reader.ts';

describe('a plain value of YAML', () => {
  /** What PyYAML 6.0.3 (as SnakeYAML), Psych and go-yaml have; undefined: as YAML 1.2. */
  it.each<[written: string, snakeyaml: unknown, psych: unknown, go: unknown]>([
    ['010', 8, 8, 8],
    ['-010', -8, -8, -8],
    ['08', undefined, undefined, undefined],
    ['1_0', 10, 10, 10],
    ['0b11', 3, 3, 3],
    ['0o17', '0o17', '0o17', undefined],
    ['1:30', 90, 90, undefined],
    ['yes', true, true, undefined],
    ['Off', false, false, undefined],
    ['10', undefined, undefined, undefined],
    ['5432:5432', undefined, undefined, undefined],
    ['db', undefined, undefined, undefined],
  ])('%s is %j in Java, %j in Ruby, %j in Go', (written, snakeyaml, psych, go) => {
    const read = (reader: YamlReader) => readPlain(written, reader)?.value;
    expect([read('snakeyaml'), read('psych'), read('go'), read('core')]).toEqual([snakeyaml, psych, go, undefined]);
  });

  it.each([
    ['spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 010\n', 8],
    ['production:\n  adapter: postgresql\n  pool: 010\n', 8],
    ['pool:\n  max: 010\n', 10],
    ['spring:\n  datasource:\n    hikari:\n      maximum-pool-size: "010"\n', '010'],
  ])('is as the program reads it that the keys are of: %j', (text, value) => {
    expect(parseYaml(text, 'a.yml').at(-1)?.value).toBe(value);
  });
});

describe('a line of a .env', () => {
  it.each<[text: string, ofNode: unknown, ofPython: unknown, ofCompose: unknown]>([
    ['A=p#w', 'p', 'p#w', 'p#w'],
    ['A=7 # seven', '7', '7', '7'],
    ['A="x', '"x', undefined, '"x'],
    ['A="5"x', '"5"x', undefined, '"5"x'],
    ['A: v', 'v', undefined, 'v'],
    ['A="p#w" # note', 'p#w', 'p#w', 'p#w'],
    ["A='x'", 'x', 'x', 'x'],
    ['A=`x`', 'x', '`x`', '`x`'],
  ])('%s is %j for dotenv, %j for python-dotenv, %j for Compose', (text, ...values) => {
    const read = (reader: EnvReader) => parseDotenv(text, reader)[0]?.value;
    expect([read('node'), read('python'), read('compose')]).toEqual(values);
  });

  it('behind a byte order mark says that Node.js does not read it; the next one does not', () => {
    const [first, second] = parseDotenv('\uFEFFPOOL_MAX=5\nPOOL_MIN=1\n');
    expect([first?.key, first?.value, second?.differs]).toEqual(['POOL_MAX', '5', undefined]);
    expect(first?.differs).toContain('byte order mark');
  });

  it('with a quote that is not closed takes no other line with it', () => {
    expect(parseDotenv('A="x\nB=5\nC="y"\n').map(({ key, value }) => [key, value])).toEqual([
      ['A', '"x'],
      ['B', '5'],
      ['C', 'y'],
    ]);
  });

  it('may have a value over several lines', () => {
    expect(parseDotenv('A="x\ny"\nB=5\n').map(({ value }) => value)).toEqual(['x\ny', '5']);
  });
});

it('a key that is set twice in .properties has the last value, as Java has it', () => {
  const [entry, ...others] = parseProperties('a=1\nb=2\na=3\n').filter(({ key }) => key === 'a');
  expect([entry?.value, entry?.line, others.length]).toEqual(['3', 3, 0]);
});

it('a second [pgbouncer] forgets what the first set, and [databases] goes on', () => {
  const text =
    '[databases]\na = host=h\n[pgbouncer]\ndefault_pool_size = 7\n[databases]\nb = host=h\n[pgbouncer]\nmin_pool_size = 2\n';
  expect(parseIni(text, 'p.ini').map(({ key }) => key)).toEqual(['a', 'b', 'min_pool_size']);
});

describe('convert warns of a value that readers take for different ones', () => {
  const warningsOf = async (text: string, file: string) =>
    (await convertSettings({ text, file, names: ['pg'] })).remarks
      .filter(({ code }) => code === 'READERS_DIFFER')
      .map(({ message }) => message);

  it.each([
    [
      'application.yml',
      'spring.datasource.hikari.maximum-pool-size: 020\n',
      /^application\.yml:1: .*: 020 is 16 in Spring Boot/,
    ],
    [
      'h.properties',
      'maximumPoolSize=10 \nconnectionTimeout=3000\n',
      /^h\.properties:1: maximumPoolSize: It ends in a blank/,
    ],
    ['h.properties', 'maximumPoolSize=10.0\nconnectionTimeout=3000\n', /^h\.properties:1: .*no whole number/],
    [
      'h.properties',
      'maximumPoolSize=3\nmaximumPoolSize=5\n',
      /^h\.properties:2: maximumPoolSize: It is set before, in line 1/,
    ],
    [
      '.env',
      'DATABASE_URL=postgres://u:p@h/db?connection_limit=7\nDB_PASSWORD_URL=a#b\n',
      /^\.env:2: .*dotenv and Node\.js cut/,
    ],
    [
      'pgbouncer.ini',
      '[pgbouncer]\ndefault_pool_size=3\n[pgbouncer]\ndefault_pool_size=4\n',
      /^pgbouncer\.ini:4: .*forgets/,
    ],
  ])('%s %j', async (file, text, message) => {
    expect(await warningsOf(text, file)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ['application.properties', 'spring.datasource.hikari.maximum-pool-size=10 \n'],
    ['application.yml', 'spring.datasource.hikari.maximum-pool-size: 20\n'],
    ['.env', 'DATABASE_URL="postgres://u:p@h/db?connection_limit=7" # the pool\n'],
  ])('and is quiet where they have the same: %s', async (file, text) => {
    expect(await warningsOf(text, file)).toEqual([]);
  });
});

it('an error for what is missing names the line that its reader cuts', async () => {
  const text = 'DATABASE_URL=postgres://u:p#w@h/db?connection_limit=7\n';
  const refused = convertSettings({ text, file: '.env', from: 'prisma', names: ['pg'] });
  await expect(refused).rejects.toMatchObject({
    code: 'INPUT_MISSING',
    hint: expect.stringMatching(/^\.env:1: DATABASE_URL: It has a # without a blank/),
  });
});
