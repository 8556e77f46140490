import { folderOf } from '../code/paths.ts';
import { parseDotenv } from '../formats/dotenv.ts';
import type { Tree } from '../formats/tree.ts';
import type { FileNote, ReadFile, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import { composeContainer } from './compose-container.ts';
import type { Container } from './container.ts';
import { serverOf } from './database-server.ts';
import { withDockerfile } from './dockerfile.ts';
import type { Lookup } from './interpolation.ts';
import { interpolated } from './interpolation.ts';
import { type ManifestDocument, manifestDocuments, textAt } from './manifest-document.ts';
import { resolvePath } from './paths.ts';
import { processesOf } from './processes.ts';
import type { DeployedService } from './service.ts';
import { noSurge, type Surge } from './surge.ts';
import { countOf, inManifest, known, unknown } from './values.ts';

/** A service of a compose file, with what it runs. */
export interface ComposeService {
  readonly service: DeployedService;
  readonly container: Container;
}

const named = /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$|^stack\.ya?ml$|[.-]compose\.ya?ml$/i;

export function isComposeFile({ file, text }: TextFile): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return (
    /\.ya?ml$/i.test(name) &&
    /^services\s*:/m.test(text) &&
    (named.test(name) || /^ {2,}(?:image|build)\s*:/m.test(text))
  );
}

/** One service as its files have it, the base first: each file overrides those before it. */
interface Layers {
  readonly name: string;
  readonly layers: readonly { readonly document: ManifestDocument; readonly tree: Tree }[];
  readonly release: string;
}

/**
 * The services of all compose files. The files of one directory belong together: an override completes the base, and
 * `docker-compose.prod.yml` stands for the base with its changes, as a release of its own.
 */
export function readCompose(
  files: readonly TextFile[],
  read: ReadFile,
): { services: readonly ComposeService[]; notes: readonly FileNote[] } {
  const notes: FileNote[] = [];
  const documents = files.filter(isComposeFile).flatMap((file) => {
    const found = manifestDocuments(file, (part) => /^services\s*:/m.test(part));
    notes.push(...found.notes);
    return found.documents;
  });
  const services = documents
    .filter(({ file }) => !isOverride(file))
    .flatMap((document) => {
      const base = documents.find((other) => isBaseOf(other, document));
      const overrides = documents.filter((other) => isOverride(other.file) && isBaseOf(document, other));
      const layers = [...(base ? [base] : []), document, ...overrides];
      return layersOf(layers, document).map((service) => composeService(service, read));
    });
  return { services, notes };
}

function isOverride(file: string): boolean {
  return /compose[.-]override\.ya?ml$/i.test(file);
}

/** `compose.yml` is the base of `compose.prod.yml` beside it. */
function isBaseOf(base: ManifestDocument, variant: ManifestDocument): boolean {
  if (base === variant || folderOf(base.file) !== folderOf(variant.file)) return false;
  return /(?:^|\/)(?:docker-)?compose\.ya?ml$/i.test(base.file);
}

/** The services that the file of the release has, each with what its base says of it. */
function layersOf(documents: readonly ManifestDocument[], release: ManifestDocument): Layers[] {
  const all = documents.map((document) => ({ document, services: servicesIn(document) }));
  return [...servicesIn(release).keys()].map((name) => ({
    name,
    release: release.file,
    layers: all.flatMap(({ document, services }) => {
      const tree = services.get(name);
      return tree ? [...extended(tree, document), { document, tree }] : [];
    }),
  }));
}

function servicesIn({ tree }: ManifestDocument): ReadonlyMap<string, Tree> {
  return new Map(tree.get('services')?.fields() ?? []);
}

/** What `extends` names in the same file; a chain of them is followed once. */
function extended(tree: Tree, document: ManifestDocument): Layers['layers'] {
  const target = tree.get('extends');
  const name = textAt(target) ?? (target?.get('file') ? undefined : textAt(target?.get('service')));
  const base = name === undefined ? undefined : servicesIn(document).get(name);
  return base ? [{ document, tree: base }] : [];
}

function composeService({ name, layers, release }: Layers, read: ReadFile): ComposeService {
  const last = <T>(pick: (tree: Tree, document: ManifestDocument) => T | undefined): T | undefined =>
    layers.reduce<T | undefined>((found, { document, tree }) => pick(tree, document) ?? found, undefined);
  const lookup = variablesOf(folderOf(release), read);
  const built = dockerfileOf(layers);
  const written = composeContainer(name, layers, { lookup, read });
  const container = built === undefined ? written : withDockerfile(written, built, read);
  const replicas =
    last((tree, document) => replicasOf(tree, document, lookup)) ??
    known(1, { kind: 'default', text: 'one container' });
  const server = serverOf(container);
  const host = last((tree) => textAt(tree.get('container_name')));
  const service: DeployedService = {
    name,
    kind: 'compose service',
    hosts: [name, ...(host === undefined || host === name ? [] : [host])],
    place: container.place,
    replicas,
    most: replicas,
    surge: last((tree) => surgeOf(tree)) ?? noSurge,
    processes: processesOf(container),
    env: container.env,
    command: container.words,
    files: container.files,
    images: container.image === '' ? [] : [container.image],
    builds: buildsOf(layers),
    release,
    ...(server && { server }),
    ...(last((tree) => (tree.get('profiles') ? true : undefined)) && { onDemand: true as const }),
  };
  return { service, container };
}

/** `.env` beside the compose file fills in its variables. */
function variablesOf(directory: string, read: ReadFile): Lookup {
  const file = resolvePath(directory, '.env') ?? '.env';
  const values = new Map(
    parseDotenv(read(file) ?? '', 'compose').map(({ key, value }) => [
      key,
      known(String(value), { kind: 'env-file' as const, text: `${key} in ${file}` }),
    ]),
  );
  return (name) => values.get(name);
}

function replicasOf(tree: Tree, { spanOf }: ManifestDocument, lookup: Lookup): Resolved | undefined {
  if (textAt(tree.get('deploy', 'mode')) === 'global') return unknown('one on each node (deploy.mode: global)');
  const found = tree.get('deploy', 'replicas') ?? tree.get('scale');
  if (found?.value === undefined || found.value === null) return undefined;
  const value = interpolated(String(found.value), lookup, [inManifest('replicas', spanOf(found.at), found.differs)]);
  if (value.kind === 'unknown') return value;
  return countOf(value) === undefined
    ? unknown('replicas is no number', ...value.origins)
    : { ...value, value: Number(value.value) };
}

/** Swarm starts the new ones first only where it is told so, `parallelism` at a time, 0 for all. */
function surgeOf(tree: Tree): Surge | undefined {
  const update = tree.get('deploy', 'update_config');
  if (textAt(update?.get('order')) !== 'start-first') return undefined;
  const count = Number(textAt(update?.get('parallelism')) ?? 1);
  return count === 0
    ? { kind: 'percent', percent: 100, rounds: 'up' }
    : { kind: 'count', count: Number.isInteger(count) ? count : 1 };
}

/** The file that the image is built from; the last layer that has one wins. */
function dockerfileOf(layers: Layers['layers']): string | undefined {
  const found = layers.flatMap(({ document, tree }) => {
    const build = tree.get('build');
    if (!build) return [];
    const context = resolvePath(folderOf(document.file), textAt(build) ?? textAt(build.get('context')) ?? '.');
    return context === undefined ? [] : [resolvePath(context, textAt(build.get('dockerfile')) ?? 'Dockerfile')];
  });
  return found.at(-1);
}

function buildsOf(layers: Layers['layers']): readonly string[] {
  return layers.flatMap(({ document, tree }) => {
    const build = tree.get('build');
    const context = textAt(build) ?? (build ? (textAt(build.get('context')) ?? '.') : undefined);
    const path = context === undefined ? undefined : resolvePath(folderOf(document.file), context);
    return path === undefined ? [] : [path];
  });
}
