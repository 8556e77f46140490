import { describe, expect, it } from 'vitest';
import { serverLimits } from '../../../src/profiles/limits.ts';

const limitOf = async (text: string) => (await serverLimits(text)).maxConnections?.value;

describe('--server', () => {
  it.each([
    ['postgres', 100],
    ['mysql', 151],
    ['mariadb', 151],
    ['aws-rds-mysql:db.t3.medium', 307],
    ['aws-rds-mysql:DB.T3.MEDIUM', 307],
    ['aws-aurora-postgres:db.r6g.large', 1_722],
    ['gcp-cloud-sql-postgres:16GB', 500],
    ['gcp-cloud-sql-postgres:db-custom-4-15360', 500],
    ['gcp-cloud-sql-postgres:db-f1-micro', 25],
    ['neon:1cu', 419],
    ['neon:1.5', 419],
    ['supabase:Micro', 60],
  ])('%s allows %d connections', async (text, connections) => {
    expect(await limitOf(text)).toBe(connections);
  });

  it('keeps the slots of superusers on PostgreSQL, and none on MySQL', async () => {
    expect((await serverLimits('postgres')).reserved).toMatchObject([
      { name: 'superuser_reserved_connections', connections: 3 },
    ]);
    expect((await serverLimits('mysql')).reserved).toEqual([]);
  });

  it("cites each value's source, not its key, and marks what is computed", async () => {
    const { maxConnections } = await serverLimits('aws-rds-postgres:db.t3.medium');
    expect(maxConnections).toMatchObject({ value: 415, estimated: true });
    expect(maxConnections?.source).toMatch(/amazon-rds-user-guide/);
    expect((await serverLimits('aws-rds-mysql:db.t3.medium')).maxConnections?.estimated).toBe(false);
  });

  it('asks for a class where the limit depends on it, instead of taking the default of the engine', async () => {
    await expect(serverLimits('aws-rds-mysql')).rejects.toThrow('The limit of aws-rds-mysql depends on its class');
    await expect(serverLimits('supabase')).rejects.toThrow('depends on its class');
  });

  it('leaves out a limit that is not published', async () => {
    expect((await serverLimits('planetscale-mysql')).maxConnections).toBeUndefined();
  });

  it.each([
    ['mysqll', 'There is no server "mysqll". Did you mean "mysql"?'],
    ['aws-rds-mysql:db.t3.mediun', 'aws-rds-mysql has no class "db.t3.mediun". Did you mean "db.t3.medium"?'],
    ['mysql:large', 'mysql has no class "large".'],
    ['neon:0.1cu', 'neon has no class "0.1cu".'],
    ['', 'There is no server "".'],
  ])('refuses "%s" and names the nearest', async (text, message) => {
    await expect(serverLimits(text)).rejects.toThrow(message);
  });
});
