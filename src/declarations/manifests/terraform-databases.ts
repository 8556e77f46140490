import type { EngineId } from '../../base/engine.ts';
import type { TerraformResource } from '../terraform/resource.ts';
import { textAt } from './manifest-document.ts';
import { countOf, known } from './values.ts';

/** A managed database server that Terraform makes. */
export interface DatabaseInFiles {
  /** What its host begins with: the identifier of RDS, the name of Cloud SQL. */
  readonly name: string;
  readonly engine: EngineId;
  /** As `--server` takes it: "aws-rds-postgres:db.r6g.large". */
  readonly profile: string;
  /** Where its parameters set it. */
  readonly maxConnections?: number;
  readonly file: string;
}

/** Servers of RDS and Cloud SQL with their classes, and their max_connections where a flag or a parameter group sets it. */
export function databasesOfTerraform(resources: readonly TerraformResource[]): DatabaseInFiles[] {
  return resources.flatMap((resource): DatabaseInFiles[] => {
    if (resource.type === 'google_sql_database_instance') return cloudSql(resource);
    return resource.type === 'aws_db_instance' ? rds(resource, resources) : [];
  });
}

function cloudSql({ tree, name, file }: TerraformResource): DatabaseInFiles[] {
  const version = textAt(tree.get('databaseVersion')) ?? '';
  const engine = version.startsWith('POSTGRES') ? 'postgres' : version.startsWith('MYSQL') ? 'mysql' : undefined;
  const tier = textAt(tree.get('settings', 'tier'));
  if (engine === undefined || tier === undefined) return [];
  const flags = tree.get('settings', 'databaseFlags')?.items() ?? [];
  const flag = flags.find((one) => textAt(one.get('name')) === 'max_connections');
  return [
    {
      ...{
        name: textAt(tree.get('name')) ?? name,
        engine,
        profile: `gcp-cloud-sql-${engine}:${tier}`,
        file: file.file,
      },
      ...limitIn(textAt(flag?.get('value'))),
    },
  ];
}

function rds(
  { tree, name, file, rawOf }: TerraformResource,
  resources: readonly TerraformResource[],
): DatabaseInFiles[] {
  const engine = (['postgres', 'mysql', 'mariadb'] as const).find((one) => one === textAt(tree.get('engine')));
  const size = textAt(tree.get('instanceClass'));
  if (engine === undefined || size === undefined) return [];
  const raw = rawOf('parameter_group_name') ?? '';
  const group = resources.find(
    (one) =>
      one.type === 'aws_db_parameter_group' &&
      (raw.includes(`aws_db_parameter_group.${one.name}.`) ||
        (raw !== '' && raw.replaceAll('"', '') === textAt(one.tree.get('name')))),
  );
  const parameter = group?.tree
    .get('parameter')
    ?.items()
    .find((one) => textAt(one.get('name')) === 'max_connections');
  return [
    {
      ...{
        name: textAt(tree.get('identifier')) ?? name,
        engine,
        profile: `aws-rds-${engine}:${size}`,
        file: file.file,
      },
      ...limitIn(textAt(parameter?.get('value'))),
    },
  ];
}

/** A formula such as `{DBInstanceClassMemory/9531392}` is no number. */
function limitIn(text: string | undefined): { maxConnections?: number } {
  const count = text === undefined ? undefined : countOf(known(text));
  return count === undefined ? {} : { maxConnections: count };
}
