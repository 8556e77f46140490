import { describe, expect, test } from 'vitest';
import { profileIds } from '../../../src/profiles/files.ts';
import { serverProfile } from '../../../src/profiles/load.ts';
import type { PlatformProfile } from '../../../src/profiles/platform.ts';
import type { PoolerProfile } from '../../../src/profiles/pooler.ts';
import type { ServerProfile } from '../../../src/profiles/server.ts';
import { parseShipped } from '../../../src/profiles/shipped.ts';

type Kind = 'servers' | 'poolers' | 'platforms';
type Profile = ServerProfile | PoolerProfile | PlatformProfile;

const mebibyte = 2 ** 20;
const files = (['servers', 'poolers', 'platforms'] as const).flatMap((kind) =>
  profileIds(kind).map((id) => ({ kind, id, file: `${kind}/${id}.yaml` })),
);
const servers = profileIds('servers');
const parsed = new Map<string, Profile>();
const inherited = new Map(await Promise.all(servers.map(async (id) => [id, await serverProfile(id)] as const)));

/** A server profile with what it inherits from its engine. */
function server(id: string): ServerProfile {
  const found = inherited.get(id);
  if (!found) throw new Error(`no server profile ${id}`);
  return found;
}

/** A profile as its own file says it, without what it inherits. Parsed once, for every test asks for it. */
function own(kind: 'servers', id: string): ServerProfile;
function own(kind: Kind, id: string): Profile;
function own(kind: Kind, id: string): Profile {
  const file = `${kind}/${id}.yaml`;
  const profile = parsed.get(file) ?? (parseShipped(kind, id) as Profile);
  parsed.set(file, profile);
  return profile;
}

/** Every key that the profile cites, at any depth. */
function citedIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'source' ? [inner].flat() : citedIn(inner)));
}

function classNames(server: ServerProfile): string[] {
  return (server.classes?.rows ?? []).flatMap((row) => row.class);
}

function limitOf(id: string, name: string): number | undefined {
  return server(id).classes?.rows.find((row) => [row.class].flat().includes(name))?.maxConnections;
}

function stepOf(id: string, size: number): number | undefined {
  return server(id).steps?.rows.findLast((row) => row.from <= size)?.maxConnections;
}

function reservedBy(id: string): number {
  return (server(id).reserved ?? []).reduce((sum, slot) => sum + slot.connections, 0);
}

describe.each(files)('$file', ({ kind, id }) => {
  test('says what its schema allows and nothing else', () => {
    expect(own(kind, id).title).not.toBe('');
  });

  test('cites only sources that it lists, and lists only sources that it cites', () => {
    const { sources, ...rest } = own(kind, id);
    expect([...new Set(citedIn(rest))].sort()).toEqual(Object.keys(sources).sort());
  });
});

test('a source id means the same source in every profile', () => {
  const entries = files.flatMap(({ kind, id }) => Object.entries(own(kind, id).sources));
  const first = Object.fromEntries([...entries].reverse());
  for (const [id, source] of entries) expect({ id, ...source }).toEqual({ id, ...first[id] });
});

test('profiles that a hint or a managed flavour points to exist', () => {
  const poolers = profileIds('poolers');
  for (const { kind, id, file } of files.filter(({ kind }) => kind !== 'platforms')) {
    const profile = own(kind, id) as ServerProfile & PoolerProfile;
    for (const hint of profile.detection ?? []) {
      for (const server of hint.servers ?? []) expect(servers, file).toContain(server);
      if (hint.pooler) expect(poolers, file).toContain(hint.pooler);
    }
    if (profile.pooler?.id) expect(poolers, file).toContain(profile.pooler.id);
  }
});

test('host patterns and class-name patterns are regular expressions that match what they are for', () => {
  const hosts = files.flatMap(({ kind, id }) => {
    const profile = own(kind, id);
    return 'detection' in profile ? (profile.detection ?? []) : [];
  });
  const meaningOf = (host: string) =>
    hosts.find((hint) => hint.host !== undefined && new RegExp(hint.host).test(host))?.means;
  expect(meaningOf('shop.cluster-abc123.eu-west-1.rds.amazonaws.com')).toBe('Aurora writer endpoint');
  expect(meaningOf('shop.cluster-ro-abc123.eu-west-1.rds.amazonaws.com')).toMatch(/^Aurora reader endpoint/);
  expect(meaningOf('shop.cluster-custom-abc123.eu-west-1.rds.amazonaws.com')).toBe('Aurora custom endpoint');
  expect(meaningOf('shop.proxy-abc123.eu-west-1.rds.amazonaws.com')).toBe('RDS Proxy');
  expect(meaningOf('ep-calm-sea-123-pooler.eu-central-1.aws.neon.tech')).toMatch(/^Neon/);
  expect(meaningOf('ep-calm-sea-123.eu-central-1.aws.neon.tech')).toBeUndefined();
  expect(meaningOf('aws-0-eu-central-1.pooler.supabase.com')).toMatch(/^Supavisor/);
  expect(meaningOf('shop.postgres.database.azure.com')).toBe("Azure's built-in PgBouncer");
  expect(meaningOf('localhost')).toBeUndefined();

  const className = server('gcp-cloud-sql-postgres').steps?.className;
  const [, size] = new RegExp(className?.pattern ?? '').exec('db-custom-4-15360') ?? [];
  expect(Number(size) / (className?.perUnit ?? 0)).toBe(15);
});

describe.each(servers)('servers/%s.yaml', (id) => {
  test('names each class once, whatever the case', () => {
    const names = classNames(own('servers', id)).map((name) => name.toLowerCase());
    expect(names).toEqual([...new Set(names)]);
  });

  test('has steps that ascend, and limits that never fall with the size', () => {
    const rows = own('servers', id).steps?.rows ?? [];
    rows.slice(1).forEach((row, index) => {
      expect(row.from).toBeGreaterThan(rows[index]?.from ?? Number.NaN);
      expect(row.maxConnections).toBeGreaterThanOrEqual(rows[index]?.maxConnections ?? Number.NaN);
    });
  });

  test('cites a listed source for every row of its tables', () => {
    const { classes, steps, sources } = own('servers', id);
    const tables = [classes, steps].filter((table) => table !== undefined);
    const cited = tables.flatMap((table) => table.rows.map((row) => row.source ?? table.source));
    expect(cited.filter((source) => !(source in sources))).toEqual([]);
  });

  test('leaves room for an application beside the reserved slots, at every size', () => {
    const { classes, steps, maxConnections } = own('servers', id);
    const limits = [...(classes?.rows ?? []), ...(steps?.rows ?? [])].map((row) => row.maxConnections);
    expect(Math.min(...limits, maxConnections?.value ?? Number.POSITIVE_INFINITY)).toBeGreaterThan(reservedBy(id));
  });

  test('knows the memory of a connection, its own or of its engine, low to high', () => {
    const memory = server(id).memoryPerConnection;
    expect(memory?.low).toBeLessThanOrEqual(memory?.typical ?? 0);
    expect(memory?.typical).toBeLessThanOrEqual(memory?.high ?? 0);
  });
});

describe('published limits', () => {
  test('engines have their defaults, and PostgreSQL keeps 3 slots', () => {
    expect(server('postgres').maxConnections?.value).toBe(100);
    expect(reservedBy('postgres')).toBe(3);
    expect(server('mysql').maxConnections?.value).toBe(151);
    expect(server('mariadb').maxConnections?.value).toBe(151);
    expect([reservedBy('mysql'), reservedBy('mariadb')]).toEqual([0, 0]);
  });

  test.each([
    ['aws-rds-mysql', 'db.t3.medium', 307],
    ['aws-rds-mysql', 'db.t2.micro', 66],
    ['aws-rds-mysql', 'db.m3.medium', 296],
    ['aws-rds-mysql', 'db.r6g.large', 1320],
    ['aws-rds-mariadb', 'db.t3.medium', 307],
    ['aws-rds-postgres', 'db.t2.medium', 413],
    ['aws-rds-postgres', 'db.t3.medium', 415],
    ['aws-rds-postgres', 'db.x2g.16xlarge', 5000],
    ['aws-aurora-postgres', 'db.r6g.large', 1722],
    ['aws-aurora-postgres', 'db.t3.medium', 420],
    ['aws-aurora-mysql', 'db.t3.medium', 90],
    ['aws-aurora-mysql', 'db.r5.24xlarge', 7000],
    ['azure-postgres-flexible', 'B1ms', 50],
    ['azure-postgres-flexible', 'D4ads_v5', 1718],
    ['azure-postgres-flexible', 'E64s_v3', 5000],
    ['azure-mysql-flexible', 'B2ms', 683],
    ['azure-mysql-flexible', 'business-critical-16', 10_923],
    ['supabase', 'Micro', 60],
    ['supabase', '16XL', 500],
    ['heroku-postgres', 'standard-0', 120],
    ['gcp-cloud-sql-postgres', 'db-f1-micro', 25],
    ['gcp-cloud-sql-mysql', 'db-f1-micro', 250],
    ['gcp-cloud-sql-mysql', 'other', 4000],
  ])('%s %s lets in %i', (id, name, limit) => {
    expect(limitOf(id, name)).toBe(limit);
  });

  test.each([
    ['neon', 1, 419],
    ['neon', 56, 4000],
    ['gcp-cloud-sql-postgres', 15, 500],
    ['gcp-cloud-sql-postgres', 14.9, 400],
    ['aws-aurora-serverless-v2-mysql', 16, 2000],
    ['aws-aurora-serverless-v2-postgres', 16, 3360],
    ['digitalocean-postgres', 4, 100],
    ['aiven-mysql', 2, 151],
    ['aiven-mysql', 4, 401],
  ])('%s at size %d lets in %i', (id, size, limit) => {
    expect(stepOf(id, size)).toBe(limit);
  });

  test.each([
    ['azure-postgres-flexible', 15],
    ['neon', 7],
    ['aws-aurora-postgres', 6],
    ['aws-rds-postgres', 3],
    ['digitalocean-postgres', 3],
    ['heroku-postgres', 0],
    ['azure-mysql-flexible', 0],
  ])('%s keeps %i slots in all', (id, slots) => {
    expect(reservedBy(id)).toBe(slots);
  });

  test('a reading on RDS cites who read it, and an estimate does not pose as one', () => {
    const rows = own('servers', 'aws-rds-mysql').classes?.rows ?? [];
    expect(rows.find((row) => row.class === 'db.t3.medium')).toMatchObject({
      source: 'rds-obs-2022',
      note: 'estimate 314',
    });
    expect(rows.find((row) => row.class === 'db.t3.large')?.source).toBeUndefined();
    expect(own('servers', 'aws-rds-mysql').classes?.confidence).toBe('derived');
  });

  test('Azure says how far its MySQL limit can be raised', () => {
    const rows = own('servers', 'azure-mysql-flexible').classes?.rows ?? [];
    expect(rows.find((row) => row.class === 'B1s')?.settableMax).toBe(171);
    for (const row of rows) expect(row.settableMax).toBeGreaterThan(row.maxConnections);
  });

  test('PlanetScale names no limit, and says why', () => {
    const { maxConnections, classes, steps, notes } = own('servers', 'planetscale-mysql');
    expect([maxConnections, classes, steps]).toEqual([undefined, undefined, undefined]);
    expect(notes?.[0]?.text).toMatch(/^No limit is given here because/);
  });
});

test('a connection costs what was measured, not 4 MB', () => {
  const memory = (id: string) => server(id).memoryPerConnection;
  expect(memory('postgres')).toMatchObject({ typical: 5 * mebibyte, low: 1.5 * mebibyte, high: 10 * mebibyte });
  expect(memory('mysql')).toMatchObject({ typical: 0.5 * mebibyte, low: 0.3 * mebibyte, high: 2 * mebibyte });
  expect(memory('mariadb')).toMatchObject({ typical: mebibyte, low: 0.06 * mebibyte, high: mebibyte });
  for (const id of ['postgres', 'mysql']) expect(server(id).notes?.[0]?.text).toMatch(/^"4 MB per connection" is not/);
});

test('the settings that a pooler limits by are among its settings', () => {
  for (const id of profileIds('poolers')) {
    const { clientLimit, serverLimit, settings } = own('poolers', id) as PoolerProfile;
    for (const limit of [clientLimit, serverLimit]) if (limit) expect(Object.keys(settings)).toContain(limit.setting);
  }
});

test('network limits and rollouts are the published ones', () => {
  const platform = (id: string) => own('platforms', id) as PlatformProfile;
  expect(platform('aws-nlb').timeLimits?.[0]).toMatchObject({ after: 350_000, silent: true });
  expect(platform('azure-load-balancer').timeLimits?.[0]?.after).toBe(240_000);
  expect(platform('gcp-compute').timeLimits?.[0]?.after).toBe(600_000);
  expect(platform('kubernetes').rollouts?.[0]).toMatchObject({ surge: 0.25, rounding: 'up', worstFactor: 2 });
  expect(platform('ecs').rollouts?.[0]).toMatchObject({ surge: 1, rounding: 'down' });
  expect(platform('blue-green').rollouts?.[0]?.surge).toBe(1);
  expect(platform('lambda').concurrency).toMatchObject({ accountDefault: 1000, poolMax: 1 });
});
