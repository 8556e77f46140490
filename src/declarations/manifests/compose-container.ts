import { placeFinder } from '../code/lines.ts';
import { folderOf } from '../code/paths.ts';
import { parseDotenv } from '../formats/dotenv.ts';
import type { Tree } from '../formats/tree.ts';
import type { SourceSpan } from '../source-span.ts';
import type { ReadFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import type { Container, MountedFile } from './container.ts';
import { variablesInFiles } from './dotenv-files.ts';
import { interpolated, type Lookup } from './interpolation.ts';
import { commandWords, innerFile, type ManifestDocument, textAt } from './manifest-document.ts';
import { resolvePath } from './paths.ts';
import { inManifest } from './values.ts';

interface Layer {
  readonly document: ManifestDocument;
  readonly tree: Tree;
}

interface Around {
  readonly lookup: Lookup;
  readonly read: ReadFile;
}

/** The container of a compose service; what a later layer says replaces what an earlier one does, variable by variable. */
export function composeContainer(name: string, layers: readonly Layer[], around: Around): Container {
  const last = <T>(pick: (layer: Layer) => T | undefined): T | undefined =>
    layers.reduce<T | undefined>((found, layer) => pick(layer) ?? found, undefined);
  const image = last(({ tree }) => textAt(tree.get('image')));
  const filled = image === undefined ? undefined : interpolated(image, around.lookup, []);
  const words = ['entrypoint', 'command'].flatMap(
    (key) => last((layer) => commandOf(layer.tree.get(key), around.lookup)) ?? [],
  );
  const files = layers.flatMap((layer) => [...mountedFiles(layer, around.read), ...configFiles(layer, around.read)]);
  return {
    name,
    image: filled?.kind === 'known' ? String(filled.value) : (image ?? ''),
    place: last(({ document, tree }) => document.spanOf(tree.keyAt ?? tree.at)) ?? nowhere,
    words,
    env: new Map([...variablesInFiles(files), ...layers.flatMap((layer) => environmentOf(layer, around))]),
    files,
  };
}

const nowhere: SourceSpan = { file: '', start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Words in which a variable that is set nowhere stays as it is written. */
function commandOf(tree: Tree | undefined, lookup: Lookup): readonly string[] | undefined {
  if (tree === undefined) return undefined;
  const filled = (text: string) => {
    const value = interpolated(text, lookup, []);
    return value.kind === 'known' ? String(value.value) : text;
  };
  const line = textAt(tree);
  return line === undefined ? tree.items().map((item) => filled(textAt(item) ?? '')) : commandWords(filled(line));
}

/** `env_file` first, then `environment`, which wins. */
function environmentOf({ document, tree }: Layer, { lookup, read }: Around): [string, Resolved][] {
  const list = tree.get('env_file');
  const paths = list === undefined ? [] : list.value === undefined ? list.items() : [list];
  const fromFiles = paths.flatMap((item): [string, Resolved][] => {
    const file = resolvePath(folderOf(document.file), textAt(item) ?? textAt(item.get('path')) ?? '');
    const text = file === undefined ? undefined : read(file);
    if (file === undefined || text === undefined) return [];
    const spanOf = placeFinder(file, text);
    return parseDotenv(text, 'compose').map(({ key, value, valueAt }) => [
      key,
      interpolated(String(value), lookup, [{ kind: 'env-file', text: `${key} in ${file}`, place: spanOf(valueAt) }]),
    ]);
  });
  return [...fromFiles, ...variablesAt(document, tree.get('environment'), lookup)];
}

/** `NAME: value`, or a list of `NAME=value`. Without a value it is the host's, or that of .env. */
function variablesAt({ spanOf }: ManifestDocument, tree: Tree | undefined, lookup: Lookup): [string, Resolved][] {
  if (tree === undefined) return [];
  const entries = tree.fields().map(([name, field]) => ({ name, value: textAt(field), at: field.at }));
  const listed = tree.items().flatMap((item) => {
    const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(textAt(item) ?? '') ?? [];
    return name === undefined ? [] : [{ name, value, at: item.at }];
  });
  return [...entries, ...listed].flatMap(({ name, value, at }): [string, Resolved][] => {
    const resolved = value === undefined ? lookup(name) : interpolated(value, lookup, [inManifest(name, spanOf(at))]);
    return resolved ? [[name, resolved]] : [];
  });
}

/** Files of the project that are mounted one by one, or in a directory of configuration files that compose names. */
function mountedFiles({ document, tree }: Layer, read: ReadFile): MountedFile[] {
  return (tree.get('volumes')?.items() ?? []).flatMap((item) => {
    const [source, target] = textAt(item)?.split(':') ?? [textAt(item.get('source')), textAt(item.get('target'))];
    const file = source === undefined ? undefined : resolvePath(folderOf(document.file), source);
    const text = file === undefined ? undefined : read(file);
    if (file === undefined || text === undefined || target === undefined) return [];
    return [projectFile(file, text, target)];
  });
}

function projectFile(file: string, text: string, path: string): MountedFile {
  const spanOf = placeFinder(file, text);
  return { path, text, place: spanOf({ start: 0, end: 0 }), spanOf };
}

/** `configs:` of a service: each is a file of the project, or a text in the compose file. */
function configFiles({ document, tree }: Layer, read: ReadFile): MountedFile[] {
  return (tree.get('configs')?.items() ?? []).flatMap((item) => {
    const source = textAt(item) ?? textAt(item.get('source'));
    const config = source === undefined ? undefined : document.tree.get('configs', source);
    const target = textAt(item.get('target')) ?? `/${source}`;
    const content = config?.get('content');
    if (content) return [innerFile(document, content, target)];
    const file = resolvePath(folderOf(document.file), textAt(config?.get('file')) ?? '');
    const text = file === undefined ? undefined : read(file);
    return file === undefined || text === undefined ? [] : [projectFile(file, text, target)];
  });
}
