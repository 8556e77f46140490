import { folderOf } from '../../declarations/code/paths.ts';
import { deployedDirectory } from '../../declarations/environment.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { TextFile } from '../../declarations/text-file.ts';
import type { ProjectFiles } from '../project.ts';
import type { ProcessPools } from './service-pools.ts';

/** Variables that size the pool of a program in any language, by the names that frameworks give them. */
const sizes =
  /^(?:\w+_)?(?:DB|DATABASE|PG|POSTGRES|POSTGRESQL|MYSQL|MARIADB|SQL|SQLALCHEMY|HIKARI|DATASOURCE)_(?:\w+_)?(?:POOL_SIZE|POOL_MAX|POOL_MAX_SIZE|MAX_POOL_SIZE|MAXIMUM_POOL_SIZE|MAXIMUMPOOLSIZE|MAX_OPEN_CONNS|MAX_OPEN_CONNECTIONS|MAX_CONNS|MAX_CONNECTIONS|CONNECTION_LIMIT|CONNECTION_POOL_SIZE)$/;
/** SQLAlchemy opens these above the pool's size. */
const overflows = /^(?:\w+_)?(?:DB|DATABASE|SQLALCHEMY)_(?:\w+_)?MAX_OVERFLOW$/;
/** Pools of other things, and sizes that a larger one contains. */
const others = /REDIS|CACHE|THREAD|MONGO|HTTP|MIN_|INITIAL|IDLE/;

/** Parameters of a URL that size a pool: Prisma's, pgxpool's. */
const parameters = /[?&](?:connection_limit|pool_max_conns|connectionLimit)=(\d+)/;

/** A variable that says how large a service's pool is; what the service makes of it stands in code that poolctl does not read. */
export interface PoolKnob {
  readonly name: string;
  readonly value: number;
  readonly place: SourceSpan;
}

export function poolKnobs({ env, place }: DeployedService): PoolKnob[] {
  return [...env].flatMap(([name, value]) => {
    if (value.kind !== 'known' || others.test(name)) return [];
    const text = String(value.value);
    const count =
      sizes.test(name) || overflows.test(name)
        ? countOf(value)
        : Number(text.includes('://') ? parameters.exec(text)?.[1] : undefined);
    const own = value.origins.find((origin) => origin.place)?.place ?? place;
    return count !== undefined && Number.isInteger(count) ? [{ name, value: count, place: own }] : [];
  });
}

/** What the variables of a service say of its pools, where no code of the project does. */
export function knobsIn(service: DeployedService, files: ProjectFiles): Omit<ProcessPools, 'unknown'> | undefined {
  const entry = entryOf(service, files);
  const knobs = poolKnobs(service).filter(({ name }) => entry === undefined || entry.text.includes(name));
  const [first] = knobs;
  return first && { size: knobs.reduce((sum, { value }) => sum + value, 0), pools: [], place: first.place };
}

/** The module that a command of Python starts, where the project has it: `celery -A worker.app` starts worker.py. */
export function entryOf({ command, builds, place }: DeployedService, files: ProjectFiles): TextFile | undefined {
  const folder = builds[0] ?? deployedDirectory(folderOf(place.file));
  for (const word of command) {
    const module = /^([A-Za-z_]\w*)(?:[.:]\w+)+$/.exec(word)?.[1];
    const file = module === undefined ? undefined : `${folder === '' ? '' : `${folder}/`}${module}.py`;
    const text = file === undefined ? undefined : files.read(file);
    if (file !== undefined && text !== undefined) return { file, text };
  }
  return undefined;
}
