import { describe, expect, it } from 'vitest';
import { readFiles } from '../../helpers/fleet-files.ts';

/** What the server `orders` lets in. */
async function limitOf(terraform: string, server = '{ host: orders.abc123.eu-west-1.rds.amazonaws.com }') {
  const files = { 'fleet.yaml': `servers:\n  main: ${server}\n`, 'infra/database.tf': terraform };
  const { model } = await readFiles(files);
  return model.servers.find(({ name }) => name === 'main')?.limit;
}

const instance = (more = '') => `resource "aws_db_instance" "orders" {
  identifier     = "orders"
  engine         = "postgres"
  instance_class = "db.t4g.micro"
  ${more}
}
`;

describe('a server of the fleet that Terraform makes', () => {
  it('has the limit of its class, as an estimate, where its host begins with the name of the resource', async () => {
    expect(await limitOf(instance())).toMatchObject({
      maxConnections: 83,
      estimatedBy: 'aws-rds-postgres db.t4g.micro',
    });
  });

  it('has the limit that its parameter group sets, which is none', async () => {
    const group =
      'resource "aws_db_parameter_group" "own" {\n  name = "own"\n  parameter {\n    name = "max_connections"\n    value = "240"\n  }\n}\n';
    const limit = await limitOf(instance('parameter_group_name = aws_db_parameter_group.own.name') + group);
    expect(limit).toMatchObject({ maxConnections: 240 });
    expect(limit).not.toHaveProperty('estimatedBy');
  });

  it('of Cloud SQL has that of its tier, or of its flag', async () => {
    const sql = (flags = '') =>
      `resource "google_sql_database_instance" "x" {\n  name = "main"\n  database_version = "POSTGRES_17"\n  settings {\n    tier = "db-custom-1-3840"\n    ${flags}\n  }\n}\n`;
    expect(await limitOf(sql(), '{}')).toMatchObject({ maxConnections: 100 });
    const flag = 'database_flags {\n      name = "max_connections"\n      value = "300"\n    }';
    expect(await limitOf(sql(flag), '{}')).toMatchObject({ maxConnections: 300 });
  });

  it('has what its owner writes, and no limit of another server or of a class that nobody knows', async () => {
    expect(await limitOf(instance(), '{ host: orders.x, maxConnections: 112 }')).toMatchObject({ maxConnections: 112 });
    expect(await limitOf(instance(), '{ host: payments.x }')).toMatchObject({ kind: 'unknown' });
    expect(await limitOf(instance().replace('db.t4g.micro', 'db.nothing'))).toMatchObject({ kind: 'unknown' });
  });
});
