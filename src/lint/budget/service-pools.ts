import { folderOf } from '../../declarations/code/paths.ts';
import { declaredPoolsInConfig, declaredPoolsInMounted, isConfigFile } from '../../declarations/config-files/index.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import {
  deployedDirectory,
  type Environment,
  environmentOf,
  isEnvFile,
  isWithin,
} from '../../declarations/environment.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { mostConnectionsOf } from '../../declarations/most-connections.ts';
import { pythonPools } from '../../declarations/python/index.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { sourceReaders } from '../../declarations/sources/index.ts';
import type { HiddenPool } from '../../profiles/hidden-pool.ts';
import { isCode } from '../kinds.ts';
import { type FoundHiddenPool, hiddenPoolsIn } from '../pools/hidden-pools.ts';
import type { FileContext, Project } from '../project.ts';
import { codeOf, readCode } from '../read-code.ts';
import { isTestCode } from '../test-code.ts';
import { poolKnobs } from './knobs.ts';
import type { PoolPart, ProcessPools } from './process-pools.ts';
import { PythonFiles } from './python-files.ts';

/** Whether the owner says that a service runs a file; undefined where the files themselves have to tell. */
export type IsRunBy = (file: string, service: DeployedService) => boolean | undefined;

/** Files of programs that run beside the application: they are no part of what a service holds all the time. */
const asides =
  /(?:^|\/)(?:scripts?|migrations?|seeds?|seeders?|tools?|bin|cli|examples?|prisma\/seed)[/.]|(?:migrat|seed)\w*\.[cm]?[jt]s$/i;

/** Reads pools as each service sees them, with its own variables. */
export class ServicePools {
  readonly #project: Project;
  readonly #envFiles: Environment;
  readonly #files: readonly string[];
  readonly #python: PythonFiles;
  readonly #isSaid: IsRunBy;
  #hidden: readonly (FoundHiddenPool & { readonly path: string; readonly place: SourceSpan })[] | undefined;

  constructor(project: Project, isSaid: IsRunBy = () => undefined) {
    this.#project = project;
    this.#isSaid = isSaid;
    this.#python = new PythonFiles(project);
    const texts = project.paths.filter(isEnvFile).map((file) => ({ file, text: project.files.read(file) ?? '' }));
    this.#envFiles = environmentOf(texts, { services: [], poolers: [], notes: [] });
    const lasting = project.pools.filter(({ lives }) => lives !== 'function');
    this.#files = [...new Set(lasting.map(({ place }) => place.file))].filter(
      (file) => !isTestCode(file, project.root) && !asides.test(within(file, project.root)),
    );
  }

  /** Files with pools that the service runs, by evidence and not by nearness alone. */
  filesOf(service: DeployedService): readonly string[] {
    const all = [...this.#files, ...this.#python.files].filter((file) => this.#isSaid(file, service) !== false);
    const said = all.filter((file) => this.#isSaid(file, service));
    const started = said.length > 0 ? said : this.#python.startedBy(service);
    if (started) return started;
    const inside = all.filter((file) => this.#isIn(file, service));
    return this.#hasOwnBuild(service) ? inside : inside.filter((file) => this.#isRunBy(file, service));
  }

  #isIn(file: string, { builds, place }: DeployedService): boolean {
    const folders = builds.length > 0 ? builds : [deployedDirectory(folderOf(place.file))];
    return folders.some((folder) => isWithin(file, folder));
  }

  #hasOwnBuild(service: DeployedService): boolean {
    return service.builds.length > 0 && !this.#sharesBuild(service);
  }

  /** A service of a build that others share, or of an image from elsewhere, runs what its variables or its name tell. */
  #isRunBy(file: string, service: DeployedService): boolean {
    const pools = this.#poolsOf(file);
    const text = file.endsWith('.py') ? (this.#project.files.read(file) ?? '') : undefined;
    const knobs = text === undefined ? [] : poolKnobs(service);
    // Its variables size another pool than that one.
    if (knobs.length > 0 && !knobs.some(({ name }) => text?.includes(name))) return false;
    const reads = pools.some(({ options }) =>
      options.some(({ value }) =>
        value.origins.some(({ text }) => [...service.env.keys()].some((name) => hasWord(text, name))),
      ),
    );
    return reads || this.#namesOf(file).includes(service.name);
  }

  #poolsOf(file: string): readonly DeclaredPool[] {
    const { pools, files, environment } = this.#project;
    if (!file.endsWith('.py')) return pools.filter(({ place }) => place.file === file);
    return pythonPools({ file, text: files.read(file) ?? '' }, { environment, read: (name) => files.read(name) });
  }

  /** Names that a package is deployed by: its own, and its folder. */
  #namesOf(file: string): readonly string[] {
    for (let folder = folderOf(file); ; folder = folderOf(folder)) {
      const text = this.#project.files.read(folder === '' ? 'package.json' : `${folder}/package.json`);
      if (text !== undefined) {
        const name = /"name"\s*:\s*"(?:@[^"/]+\/)?([^"]+)"/.exec(text)?.[1];
        return [name, folder.split('/').at(-1)].flatMap((found) => (found ? [found] : []));
      }
      if (folder === '') return [];
    }
  }

  /** A pool whose size is a variable that other services around the file have, and this one does not. */
  #isOfOthers({ options, place }: DeclaredPool, service: DeployedService): boolean {
    const variables = options.flatMap(({ value }) =>
      value.origins.flatMap(({ text }) => /^(?:default of )?([A-Z][A-Z0-9_]*)$/.exec(text)?.[1] ?? []),
    );
    const others = this.#project.manifests.services.filter(
      (other) => other !== service && other.server === undefined && this.#isIn(place.file, other),
    );
    return variables.some((name) => !service.env.has(name) && others.some(({ env }) => env.has(name)));
  }

  /** Of a file's pools those that are not of others; all of them where it has no other for the service. */
  #ofService(pools: readonly DeclaredPool[], service: DeployedService): readonly DeclaredPool[] {
    const own = pools.filter((pool) => !this.#isOfOthers(pool, service));
    return own.length > 0 ? own : pools;
  }

  #sharesBuild(service: DeployedService): boolean {
    return this.#project.manifests.services.some(
      (other) =>
        other !== service &&
        other.release === service.release &&
        other.builds.some((build) => service.builds.includes(build)),
    );
  }

  /**
   * What one process takes: in all files that its command imports or its owner names, or else in the file that takes most,
   * since an application may have more than one program, but not each has all pools.
   */
  of(service: DeployedService): ProcessPools | undefined {
    const { files, profiles, facts, config, manifests } = this.#project;
    const environment: Environment = {
      valuesOf: (name, from) => {
        const own = service.env.get(name);
        return own ? [own] : this.#envFiles.valuesOf(name, from);
      },
    };
    // What is read of the files is kept by this object: each service sees them with its own variables.
    const own = { read: (file: string) => files.read(file), exists: (file: string) => files.exists(file) };
    const context: FileContext = {
      files: own,
      profiles,
      facts,
      config,
      environment,
      manifests,
      versionOf: () => undefined,
    };
    const mounted = (service.files ?? []).flatMap((file) => {
      const { pools } = declaredPoolsInMounted(file, { ...context, read: (name) => files.read(name) });
      return sumOf(pools, this.#project, service) ?? [];
    });
    if (mounted.length > 0) return mounted.sort((a, b) => b.size - a.size)[0];
    const inFiles = this.filesOf(service);
    const used = inFiles.map((file) => this.#ofService(poolsIn(file, context), service));
    const isSure = inFiles.some((file) => this.#isSaid(file, service)) || this.#python.startedBy(service) !== undefined;
    const all = (isSure ? [used.flat()] : used).flatMap((pools) => sumOf(pools, this.#project, service) ?? []);
    return this.#withHidden(all.sort((a, b) => b.size - a.size)[0], service);
  }

  /** Adds what packages open beside the pools, where they talk to the same kind of server. */
  #withHidden(own: ProcessPools | undefined, service: DeployedService): ProcessPools | undefined {
    const engine = own?.pools[0]?.engine;
    const found = this.#hiddenOf(service).filter(({ known }) => engine === undefined || engineOf(known) === engine);
    const [first] = found;
    if (!first) return own;
    const hidden = found.flatMap(({ known: { title }, size }) => (size === 'unknown' ? [] : { title, size }));
    const unclear = found.find(({ size }) => size === 'unknown');
    const unknown = own?.unknown ?? (unclear && `the size of ${unclear.known.title} is not known`);
    return {
      pools: own?.pools ?? [],
      place: own?.place ?? first.place,
      parts: [
        ...(own?.parts ?? []),
        ...found.map(({ known: { title }, size, place }) => ({
          ...{ name: title, place },
          ...(size === 'unknown' ? { unknown: `the size of ${title} is not known` } : { connections: size }),
        })),
      ],
      size: (own?.size ?? 0) + hidden.reduce((sum, { size }) => sum + size, 0),
      hidden,
      ...(unknown !== undefined && { unknown }),
    };
  }

  #hiddenOf(service: DeployedService) {
    const { paths, files, facts, root } = this.#project;
    this.#hidden ??= paths
      .filter((path) => isCode(path) && !isTestCode(path, root) && !asides.test(within(path, root)))
      .filter((path) => facts.hiddenPools.some((known) => files.read(path)?.includes(known.package)))
      .flatMap((path) => {
        const code = codeOf(path, this.#project);
        return code
          ? hiddenPoolsIn(code, facts).map((one) => ({ ...one, path, place: code.file.spanOf(one.call) }))
          : [];
      });
    return this.#hidden.filter(
      ({ path }) =>
        this.#isIn(path, service) && (this.#hasOwnBuild(service) || this.#namesOf(path).includes(service.name)),
    );
  }
}

function within(path: string, root = ''): string {
  return path.startsWith(root) ? path.slice(root.length) : path;
}

function engineOf({ driver }: HiddenPool): string {
  return driver === 'pg' ? 'postgres' : 'mysql';
}

function poolsIn(file: string, context: FileContext): readonly DeclaredPool[] {
  const text = context.files.read(file) ?? '';
  if (isCode(file)) return readCode(text, file, context).code?.pools.filter(({ lives }) => lives !== 'function') ?? [];
  const read = (name: string) => context.files.read(name);
  const source = sourceReaders.find((reader) => reader.claims({ file, text }));
  if (source) return source.pools({ file, text }, { environment: context.environment, read });
  return isConfigFile({ file, text }) ? declaredPoolsInConfig({ file, text }, { ...context, read }).pools : [];
}

function hasWord(text: string, word: string): boolean {
  return text.includes(word) && new RegExp(`(?:^|\\W)${word}(?:$|\\W)`).test(text);
}

/** The sizes of a file's pools together; those of other environments than production are left out where it has one. */
function sumOf(
  pools: readonly DeclaredPool[],
  { profiles }: Project,
  service: DeployedService,
): ProcessPools | undefined {
  const inUse = ofProduction(pools, service);
  const [first] = inUse;
  if (!first) return undefined;
  const parts = inUse.map((pool) => partOf(pool, profiles));
  const unknown = parts.find((part) => part.unknown !== undefined)?.unknown;
  const size = parts.reduce((sum, { connections = 0 }) => sum + connections, 0);
  return { size, pools: inUse, parts, place: first.place, ...(unknown !== undefined && { unknown }) };
}

function partOf(pool: DeclaredPool, profiles: Project['profiles']): PoolPart {
  const most = mostConnectionsOf(pool, profiles);
  const known =
    most.kind === 'known'
      ? { connections: most.connections, setting: most.setting, ...(most.isDefault && { isDefault: true }) }
      : { unknown: most.why };
  return { name: pool.name ?? pool.made, pool, place: pool.place, ...known };
}

function ofProduction(pools: readonly DeclaredPool[], { env }: DeployedService): readonly DeclaredPool[] {
  const active = env.get('SPRING_PROFILES_ACTIVE') ?? env.get('NODE_ENV');
  const wanted = active?.kind === 'known' ? String(active.value).split(',') : ['production', 'prod'];
  const named = pools.filter(({ environment }) => environment !== undefined && wanted.includes(environment));
  const plain = pools.filter(({ environment }) => environment === undefined);
  return named.length > 0
    ? [...named, ...plain.filter(({ made }) => !named.some((pool) => pool.made === made))]
    : plain;
}
