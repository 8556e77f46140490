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
import { settingOf } from '../../declarations/setting.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { HiddenPool } from '../../profiles/hidden-pool.ts';
import { isCode } from '../kinds.ts';
import { type FoundHiddenPool, hiddenPoolsIn } from '../pools/hidden-pools.ts';
import type { FileContext, Project } from '../project.ts';
import { codeOf, readCode } from '../read-code.ts';
import { isTestCode } from '../test-code.ts';

/** The connections that one process of a service may take, as far as they are known. */
export interface ProcessPools {
  readonly size: number;
  readonly pools: readonly DeclaredPool[];
  readonly place: SourceSpan;
  /** What packages open by themselves, which `size` counts too. */
  readonly hidden?: readonly HiddenShare[];
  /** Why there may be more. */
  readonly unknown?: string;
}

/** The connections that a package opens by itself: 10 of pg-boss. */
export interface HiddenShare {
  readonly title: string;
  readonly size: number;
}

/** Files of programs that run beside the application: they are no part of what a service holds all the time. */
const asides =
  /(?:^|\/)(?:scripts?|migrations?|seeds?|seeders?|tools?|bin|cli|examples?|prisma\/seed)[/.]|(?:migrat|seed)\w*\.[cm]?[jt]s$/i;

/** Reads pools as each service sees them, with its own variables. */
export class ServicePools {
  readonly #project: Project;
  readonly #envFiles: Environment;
  readonly #files: readonly string[];
  #hidden: readonly (FoundHiddenPool & { readonly path: string; readonly place: SourceSpan })[] | undefined;

  constructor(project: Project) {
    this.#project = project;
    const texts = project.paths.filter(isEnvFile).map((file) => ({ file, text: project.files.read(file) ?? '' }));
    this.#envFiles = environmentOf(texts, { services: [], poolers: [], notes: [] });
    const lasting = project.pools.filter(({ lives }) => lives !== 'function');
    this.#files = [...new Set(lasting.map(({ place }) => place.file))].filter(
      (file) => !isTestCode(file) && !asides.test(file),
    );
  }

  /** Files with pools that the service runs, by evidence and not by nearness alone. */
  filesOf(service: DeployedService): readonly string[] {
    const inside = this.#files.filter((file) => this.#isIn(file, service));
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
    const pools = this.#project.pools.filter(({ place }) => place.file === file);
    const reads = pools.some(({ options }) =>
      options.some(({ value }) =>
        value.origins.some(({ text }) => [...service.env.keys()].some((name) => hasWord(text, name))),
      ),
    );
    return reads || this.#namesOf(file).includes(service.name);
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

  /** A pool whose size is a variable that other services of the release have, and this one does not. */
  #isOfOthers({ options }: DeclaredPool, service: DeployedService): boolean {
    const variables = options.flatMap(({ value }) =>
      value.origins.flatMap(({ text }) => /^(?:default of )?([A-Z][A-Z0-9_]*)$/.exec(text)?.[1] ?? []),
    );
    const others = this.#project.manifests.services.filter((other) => other !== service && other.server === undefined);
    return variables.some((name) => !service.env.has(name) && others.some(({ env }) => env.has(name)));
  }

  #sharesBuild(service: DeployedService): boolean {
    return this.#project.manifests.services.some(
      (other) =>
        other !== service &&
        other.release === service.release &&
        other.builds.some((build) => service.builds.includes(build)),
    );
  }

  /** What one process takes, in the file that takes most: an application may have more than one, but not each has them all. */
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
    const all = this.filesOf(service).flatMap((file) => {
      const used = poolsIn(file, context).filter((pool) => !this.#isOfOthers(pool, service));
      return sumOf(used, this.#project, service) ?? [];
    });
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
      size: (own?.size ?? 0) + hidden.reduce((sum, { size }) => sum + size, 0),
      hidden,
      ...(unknown !== undefined && { unknown }),
    };
  }

  #hiddenOf(service: DeployedService) {
    const { paths, files, facts } = this.#project;
    this.#hidden ??= paths
      .filter((path) => isCode(path) && !isTestCode(path) && !asides.test(path))
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

function engineOf({ driver }: HiddenPool): string {
  return driver === 'pg' ? 'postgres' : 'mysql';
}

function poolsIn(file: string, context: FileContext): readonly DeclaredPool[] {
  const text = context.files.read(file) ?? '';
  if (isCode(file)) return readCode(text, file, context).code?.pools.filter(({ lives }) => lives !== 'function') ?? [];
  const read = (name: string) => context.files.read(name);
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
  const settings = inUse.map((pool) => settingOf(pool, 'connectionLimit', profiles));
  const sizes = settings.map((setting) =>
    setting.kind === 'set' || setting.kind === 'unset' ? setting.value : undefined,
  );
  const at = sizes.indexOf(undefined);
  const size = sizes.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const unclear = settings[at];
  const unknown = at < 0 ? undefined : unclear?.kind === 'unknown' ? unclear.why : 'a size is not known';
  return { size, pools: inUse, place: first.place, ...(unknown !== undefined && { unknown }) };
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
