import { folderOf } from '../../declarations/code/paths.ts';
import { deployedDirectory } from '../../declarations/environment.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { TextFile } from '../../declarations/text-file.ts';
import type { ProjectFiles } from '../project.ts';
import type { PoolPart, ProcessPools } from './process-pools.ts';

/** Variables that size the pool of a program in any language, by the names that frameworks give them. */
const sizes =
  /^(?:\w+_)?(?:DB|DATABASE|PG|POSTGRES|POSTGRESQL|MYSQL|MARIADB|SQL|SQLALCHEMY|ASYNCPG|PGX|PGXPOOL|PSYCOPG|HIKARI|DATASOURCE)_(?:\w+_)?(?:POOL_SIZE|POOL_MAX|POOL_MAX_SIZE|MAX_POOL_SIZE|MAXIMUM_POOL_SIZE|MAXIMUMPOOLSIZE|MAX_OPEN_CONNS|MAX_OPEN_CONNECTIONS|MAX_CONNS|MAX_CONNECTIONS|CONNECTION_LIMIT|CONNECTION_POOL_SIZE)$/;
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

/** A variable that sizes a pool, and its value or why that is not known: it is in a Secret, or set nowhere. */
type Knob = Omit<PoolKnob, 'value'> &
  ({ readonly value: number } | { readonly value?: never; readonly unknown: string });

export function poolKnobs(service: DeployedService): PoolKnob[] {
  return allKnobs(service).flatMap((knob) => (knob.value === undefined ? [] : [knob]));
}

function allKnobs({ env, place }: DeployedService): Knob[] {
  return [...env].flatMap(([name, value]): Knob[] => {
    if (others.test(name)) return [];
    const isSize = sizes.test(name) || overflows.test(name);
    const own = value.origins.find((origin) => origin.place)?.place ?? place;
    if (value.kind === 'unknown') return isSize ? [{ name, unknown: value.why, place: own }] : [];
    const text = String(value.value);
    const count = isSize ? countOf(value) : Number(text.includes('://') ? parameters.exec(text)?.[1] : undefined);
    return count !== undefined && Number.isInteger(count) ? [{ name, value: count, place: own }] : [];
  });
}

/** What the variables of a service say of its pools, where no code of the project does. */
export function knobsIn(service: DeployedService, files: ProjectFiles): ProcessPools | undefined {
  const entry = entryOf(service, files);
  const knobs = allKnobs(service).filter(({ name }) => entry === undefined || entry.text.includes(name));
  const [first] = knobs;
  const unclear = knobs.flatMap((knob) => (knob.value === undefined ? knob.unknown : []))[0];
  return (
    first && {
      size: knobs.reduce((sum, { value = 0 }) => sum + value, 0),
      pools: [],
      parts: knobs.map(partOf),
      place: first.place,
      ...(unclear !== undefined && { unknown: unclear }),
    }
  );
}

function partOf(knob: Knob): PoolPart {
  const { name, place } = knob;
  const size = knob.value === undefined ? { unknown: knob.unknown } : { connections: knob.value };
  return { name, place, setting: name, ...size };
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
