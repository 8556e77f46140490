import { expect, test } from 'vitest';
import { lintTexts } from '../../helpers/lint-fixtures.ts';

const lock = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    'node_modules/typeorm': { version: '0.3.20' },
    'node_modules/mysql2': { version: '3.14.0' },
  },
});

/** Rules and messages for a TypeORM data source on mysql2. */
function found(options: string): Record<string, string> {
  const code = `import { DataSource } from 'typeorm';\n\nexport const db = new DataSource(${options});\n`;
  const texts = new Map([
    ['package.json', '{ "name": "shop", "dependencies": { "typeorm": "0.3.20", "mysql2": "3.14.0" } }'],
    ['package-lock.json', lock],
    ['data-source.ts', code],
  ]);
  return Object.fromEntries(lintTexts(texts, 'pool-size-default').findings.map(({ rule, message }) => [rule, message]));
}

test('no pool settings at all', () => {
  const findings = found("{ type: 'mysql', host: 'db', database: 'shop' }");
  expect(findings['pool-size-default']).toMatch(
    /^The pool has no size: typeorm 0\.3\.20 with mysql2 decides it, 10\.$/,
  );
  expect(findings['queue-unbounded']).toMatch(/nothing sets extra\.queueLimit/);
});

test('the improved configuration, whose acquireTimeout does nothing', () => {
  const findings = found(
    "{ type: 'mysql', host: 'db', extra: { connectionLimit: 50, queueLimit: 0, acquireTimeout: 60000 }, connectTimeout: 60000 }",
  );
  expect(findings['acquire-timeout-unsupported']).toMatch(/^extra\.acquireTimeout has no effect .* \(found 60000\)\.$/);
  expect(findings['queue-unbounded']).toMatch(/extra\.queueLimit is 0/);
  expect(findings['connect-timeout-long']).toMatch(/60 s \(connectTimeout\)/);
  expect(findings['pool-size-default']).toBeUndefined();
});

test('a configuration that is in order', () => {
  const findings = found(
    "{ type: 'mysql', host: 'db', poolSize: 20, maxQueryExecutionTime: 1000, connectTimeout: 5000, extra: { queueLimit: 100 } }",
  );
  expect(Object.keys(findings).filter((rule) => rule !== 'no-graceful-end')).toEqual([]);
});
