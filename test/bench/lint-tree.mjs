// A tree of TypeScript as services have it: most files know nothing of a database, 1.5 % make or use a pool. Sizes are drawn
// from a log-normal law with a mean of about 5 kB, as in large public repositories (medusa and langfuse: 5.5 kB a file).

const words =
  'order customer invoice session token page filter widget report stock price queue event route parser cache'.split(
    ' ',
  );

const filesInFeature = 20;

/** Path to text. The same for each run: the numbers come from a fixed seed. */
export function treeOf(count) {
  let state = 20_261_129;
  // Park and Miller's minimal standard generator, 16807 and 2^31 - 1 (CACM 31, 1988).
  const random = () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const pick = (list) => list[Math.floor(random() * list.length)];
  const name = () =>
    `${pick(words)}${pick(words).replace(/^./, (letter) => letter.toUpperCase())}${Math.floor(random() * 90)}`;
  const size = () => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    return Math.min(60_000, Math.round(3_000 * Math.exp(normal)));
  };
  const tree = new Map([
    [
      'package.json',
      '{ "name": "generated", "private": true, "dependencies": { "pg": "8", "mysql2": "3", "typeorm": "1" } }\n',
    ],
    ['tsconfig.json', '{ "compilerOptions": { "strict": true } }\n'],
  ]);
  const shared = [];
  let feature = [];
  for (let index = 0; index < count; index += 1) {
    const place = index % filesInFeature;
    if (place === 0) feature = [];
    const folder = Math.floor(index / filesInFeature);
    const path = `src/${folder < 2 ? 'shared' : 'features'}/${pick(words)}${folder}/file${index}.ts`;
    // Files know their own feature, and what all share.
    const known = [...feature.slice(-6), ...shared.slice(0, 40)];
    const near = known.length > 0 ? Array.from({ length: Math.floor(random() * 5) }, () => pick(known)) : [];
    const head = near.map(
      (other, at) => `import { a as ${'abcde'[at]}${index} } from '../../../${other.replace(/\.ts$/, '')}';`,
    );
    // One feature in ten has three files that make pools.
    const isDatabase = folder % 10 === 5 && place >= 1 && place <= 3;
    const parts = [head.join('\n'), isDatabase ? databaseCode(index, name) : `export const a = '${name()}';`];
    const length = size();
    while (parts.join('\n').length < length) parts.push(pick(pieces)(name, random));
    tree.set(path, `${parts.join('\n\n')}\n`);
    (folder < 2 ? shared : feature).push(path);
  }
  return tree;
}

const pieces = [
  (name) =>
    `/** What a ${name()} holds. */\nexport interface ${name()}State {\n  readonly id: string;\n  readonly ${name()}: number;\n  readonly ${name()}?: readonly string[];\n}`,
  (name, random) =>
    `export function ${name()}(items: readonly number[], limit = ${Math.floor(random() * 100)}): number {\n  let total = 0;\n  for (const item of items) {\n    if (item > limit) continue;\n    total += item * ${Math.floor(random() * 9)};\n  }\n  return total;\n}`,
  (name) =>
    `export const ${name()} = new Map<string, number>();\n${name()}Handlers.set('${name()}', (event: { detail: string }) => {\n  ${name()}Seen.delete(event.detail);\n  console.info('${name()}', event.detail);\n});`,
  (name) =>
    `export class ${name()}Service {\n  readonly #items = new Map<string, { readonly count: number }>();\n\n  update(id: string, count: number): void {\n    this.#items.set(id, { count });\n  }\n\n  async ${name()}(id: string): Promise<number | undefined> {\n    const found = this.#items.get(id);\n    return found?.count;\n  }\n}`,
  (name) =>
    `export const ${name()}Routes = {\n  '/${name()}': { method: 'GET', handler: '${name()}' },\n  '/${name()}': { method: 'POST', handler: '${name()}', roles: ['admin', 'user'] },\n} as const;`,
  (name) =>
    `// ${name()} ${name()}: see the notes on ${name()}.\nexport type ${name()}Kind = '${name()}' | '${name()}' | { readonly ${name()}: boolean };`,
];

function databaseCode(index, name) {
  const kind = index % 3;
  if (kind === 0) {
    return `import { Pool } from 'pg';\n\nexport const a = new Pool({ max: 10, connectionTimeoutMillis: 5_000 });\na.on('error', () => {});\n\nexport async function ${name()}(id: number) {\n  const client = await a.connect();\n  try {\n    await client.query('BEGIN');\n    await client.query('UPDATE stock SET count = count - 1 WHERE id = $1', [id]);\n    await client.query('COMMIT');\n  } finally {\n    client.release();\n  }\n}`;
  }
  if (kind === 1) {
    return `import mysql from 'mysql2/promise';\n\nexport const a = mysql.createPool({ connectionLimit: Number(process.env.DB_POOL ?? 10), queueLimit: 100 });\n\nexport async function ${name()}(id: number) {\n  const connection = await a.getConnection();\n  const [rows] = await connection.query('SELECT * FROM orders WHERE id = ?', [id]);\n  connection.release();\n  return rows;\n}`;
  }
  return `import { DataSource } from 'typeorm';\n\nexport const a = new DataSource({ type: 'mysql', host: 'db', poolSize: 10, extra: { queueLimit: 100 } });\n\nexport async function ${name()}(id: number) {\n  const runner = a.createQueryRunner();\n  await runner.connect();\n  await runner.startTransaction();\n  try {\n    await runner.query('UPDATE stock SET count = 0 WHERE id = ?', [id]);\n    await runner.commitTransaction();\n  } catch (error) {\n    await runner.rollbackTransaction();\n    throw error;\n  } finally {\n    await runner.release();\n  }\n}`;
}
