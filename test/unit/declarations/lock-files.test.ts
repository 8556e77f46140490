import { describe, expect, it } from 'vitest';
import { lockedVersions } from '../../../src/declarations/lock-files/versions.ts';

/** The version of pg that a file of a workspace gets. */
function versionOf(files: Readonly<Record<string, string>>, fromFile = 'packages/api/src/db.ts', name = 'pg') {
  return lockedVersions((file) => files[file])(name, fromFile);
}

const manifests = {
  'package.json': '{ "workspaces": ["packages/*"] }',
  'packages/api/package.json': '{ "dependencies": { "pg": "^8.0.0" } }',
};

const npm = {
  packages: {
    '': {},
    'node_modules/pg': { version: '8.11.3' },
    'node_modules/pg-pool': { version: '3.6.1' },
    'packages/api/node_modules/pg': { version: '8.16.0' },
    'node_modules/@prisma/client': { name: 'x', version: '6.1.0' },
  },
};

const locks: [lock: string, files: Record<string, string>, version: string | undefined][] = [
  [
    'package-lock.json 3, hoisted',
    { 'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/pg":{"version":"8.11.3"}}}' },
    '8.11.3',
  ],
  ['package-lock.json 3, of the workspace', { 'package-lock.json': JSON.stringify(npm, null, 2) }, '8.16.0'],
  [
    'package-lock.json 1',
    {
      'package-lock.json': JSON.stringify(
        {
          lockfileVersion: 1,
          dependencies: {
            knex: { version: '1.0.0', dependencies: { pg: { version: '7.0.0' } } },
            pg: { version: '8.1.0' },
          },
        },
        null,
        2,
      ),
    },
    '8.1.0',
  ],
  [
    'pnpm-lock.yaml 9',
    {
      'pnpm-lock.yaml':
        "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      pg:\n        specifier: ^7\n        version: 7.0.0\n\n  packages/api:\n    dependencies:\n      pg:\n        specifier: ^8.0.0\n        version: 8.11.3(pg-native@3.0.1)\n\npackages:\n\n  pg@8.11.3:\n    resolution: {}\n",
    },
    '8.11.3',
  ],
  [
    'pnpm-lock.yaml 5',
    {
      'pnpm-lock.yaml':
        'lockfileVersion: 5.4\nimporters:\n  packages/api:\n    specifiers:\n      pg: ^8.0.0\n    dependencies:\n      pg: 8.7.1_pg-native@3.0.0\n',
    },
    '8.7.1',
  ],
  [
    'yarn.lock 1',
    {
      'yarn.lock':
        '# yarn lockfile v1\n\n\n"pg@^7.0.0":\n  version "7.18.2"\n\npg-pool@^3.0.0:\n  version "3.6.1"\n\npg@^8.0.0, pg@^8.4.0:\n  version "8.11.3"\n  resolved "x"\n',
    },
    '8.11.3',
  ],
  [
    'yarn.lock 8',
    {
      'yarn.lock':
        '__metadata:\n  version: 8\n\n"pg@npm:^8.0.0, pg@npm:^8.4.0":\n  version: 8.11.3\n  resolution: "pg@npm:8.11.3"\n',
    },
    '8.11.3',
  ],
  [
    'yarn.lock with two versions and another range',
    { 'yarn.lock': 'pg@^7.0.0:\n  version "7.18.2"\n\npg@^9.0.0:\n  version "9.0.0"\n' },
    undefined,
  ],
  [
    'bun.lock',
    {
      'bun.lock':
        '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": { "name": "root" },\n    "packages/api": {\n      "name": "@app/api",\n    },\n  },\n  "packages": {\n    "pg": ["pg@7.0.0", "", {}, "sha"],\n\n    "@app/api/pg": ["pg@8.11.3", "", {}, "sha"],\n  }\n}\n',
    },
    '8.11.3',
  ],
  [
    'no lock file and an exact version',
    { 'packages/api/package.json': '{ "dependencies": { "pg": "8.11.3" } }' },
    '8.11.3',
  ],
  ['no lock file and a range', {}, undefined],
  ['Windows line ends', { 'yarn.lock': 'pg@^8.0.0:\r\n  version "8.11.3"\r\n' }, '8.11.3'],
];

describe('the version of a package', () => {
  it.each(locks)('%s', (_, files, version) => {
    expect(versionOf({ ...manifests, ...files })).toBe(version);
  });

  it('has a scope', () => {
    expect(versionOf({ ...manifests, 'package-lock.json': JSON.stringify(npm) }, 'a.ts', '@prisma/client')).toBe(
      '6.1.0',
    );
  });

  it('is that of the nearest lock file', () => {
    const files = {
      'package-lock.json': '{"packages":{"node_modules/pg":{"version":"8.11.3"}}}',
      'web/package-lock.json': '{"packages":{"node_modules/pg":{"version":"8.2.0"}}}',
      'web/package.json': '{}',
    };
    expect(versionOf(files, 'web/src/a.ts')).toBe('8.2.0');
    expect(versionOf(files, 'src/a.ts')).toBe('8.11.3');
  });
});
