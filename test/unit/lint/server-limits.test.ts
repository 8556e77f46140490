import { describe, expect, it } from 'vitest';
import { lintProject } from '../../../src/lint/lint-project.ts';
import { readConfig } from '../../../src/lint/read-config.ts';
import { withServerLimits } from '../../../src/lint/server-limits.ts';
import { serverLimits } from '../../../src/profiles/limits.ts';
import { driverProfiles, facts } from '../../helpers/lint-fixtures.ts';

const composeOf = (size: number) =>
  `services:\n  api:\n    image: registry.example/api:1\n    environment: { DATABASE_URL: postgres://shop@main.internal/shop, DB_POOL_SIZE: ${size} }\n`;

const budgetOf = async (server: string, size: number) => {
  const texts = new Map([
    ['compose.yaml', composeOf(size)],
    ['poolctl.yaml', `servers:\n  main: ${server}\n`],
  ]);
  const config = await withServerLimits(readConfig(texts.get('poolctl.yaml')));
  const files = { read: (file: string) => texts.get(file), exists: (file: string) => texts.has(file) };
  const request = { paths: [...texts.keys()], files, profiles: driverProfiles, facts, config };
  return lintProject(request)
    .findings.filter(({ rule }) => rule === 'budget-exceeded')
    .map(({ message }) => message);
};

describe('a server that poolctl.yaml names by its profile', () => {
  const profile = 'aws-rds-postgres:db.r6g.large';

  it('has the limit that size --server derives, and the message says where it is from', async () => {
    const limits = await serverLimits(profile);
    const limit = limits.maxConnections?.value ?? Number.NaN;
    const reserved = limits.reserved.reduce((sum, { connections }) => sum + connections, 0);
    const server = `{ host: main.internal, profile: '${profile}' }`;
    expect(await budgetOf(server, limit - reserved)).toEqual([]);
    expect(await budgetOf(server, limit - reserved + 1)).toEqual([
      expect.stringContaining(`${limit - reserved} are there (${limit} by aws-rds-postgres db.r6g.large`),
    ]);
  });

  it('has the limit that poolctl.yaml itself gives, where it does', async () => {
    const server = `{ host: main.internal, profile: '${profile}', maxConnections: 50, reserved: 10 }`;
    expect(await budgetOf(server, 40)).toEqual([]);
    expect(await budgetOf(server, 41)).toEqual([expect.stringContaining('40 are there (50 less 10 reserved)')]);
  });

  it.each(['no-such-server', 'aws-rds-postgres:db.none', 'aws-rds-postgres'])(
    'is refused by name where the profile or its class is none: %s',
    async (name) => {
      const config = readConfig(`servers: { main: { profile: '${name}' } }`);
      await expect(withServerLimits(config)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('servers.main.profile'),
      });
    },
  );
});
