import { placeFinder } from '../code/lines.ts';
import { folderOf } from '../code/paths.ts';
import { parseDotenv } from '../formats/dotenv.ts';
import type { FileNote, ReadFile, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import { type ManifestDocument, manifestDocuments, textAt } from './manifest-document.ts';
import { resolvePath } from './paths.ts';
import { countOf, inManifest, known, unknown } from './values.ts';

/** What kustomizations make of the objects of a project. */
export interface Kustomizations {
  /** `replicas:` for an object; unknown where overlays differ. */
  replicasOf(name: string): Resolved | undefined;
  /** The variables of a ConfigMap that a kustomization generates. */
  variablesOf(configMap: string): readonly (readonly [string, Resolved])[] | undefined;
}

export function isKustomization({ file }: TextFile): boolean {
  return /(?:^|\/)kustomization\.ya?ml$/.test(file);
}

/** Reads `replicas` and `configMapGenerator`. Overlays for production win over others; where several differ, nothing is known. */
export function readKustomizations(
  files: readonly TextFile[],
  read: ReadFile,
): Kustomizations & { readonly notes: readonly FileNote[] } {
  const found = files.filter(isKustomization).map((file) => manifestDocuments(file, () => true));
  const documents = found.flatMap((each) => each.documents);
  const replicas = new Map<string, Resolved[]>();
  const variables = new Map<string, Map<string, Resolved>>();
  const ranked = [...documents].sort((a, b) => rankOf(a.file) - rankOf(b.file));
  for (const document of ranked) {
    for (const item of document.tree.get('replicas')?.items() ?? []) {
      const [name, count] = [textAt(item.get('name')), item.get('count')];
      if (name === undefined || !count) continue;
      const value = known(count.value ?? null, inManifest('replicas', document.spanOf(count.at), count.differs));
      replicas.set(name, [
        ...(replicas.get(name) ?? []),
        countOf(value) === undefined ? unknown('count is no number', ...value.origins) : value,
      ]);
    }
    for (const item of document.tree.get('configMapGenerator')?.items() ?? []) {
      const name = textAt(item.get('name'));
      if (name === undefined) continue;
      const own = variables.get(name) ?? new Map<string, Resolved>();
      for (const [key, value] of generated(item, document, read)) if (!own.has(key)) own.set(key, value);
      variables.set(name, own);
    }
  }
  return {
    replicasOf(name) {
      const all = replicas.get(name) ?? [];
      const [first] = all;
      const isProduction = first?.origins.some(({ place }) => rankOf(place?.file ?? '') === 0);
      if (!first || isProduction || all.every((one) => countOf(one) === countOf(first))) return first;
      const counts = all.map((one) => countOf(one) ?? '?').join(', ');
      return unknown(
        `overlays of kustomize set different replicas: ${counts}`,
        ...all.flatMap(({ origins }) => origins),
      );
    },
    variablesOf: (configMap) => {
      const own = variables.get(configMap);
      return own && [...own];
    },
    notes: found.flatMap(({ notes }) => notes),
  };
}

/** 0 for production, then what is no overlay. */
function rankOf(file: string): number {
  if (/(?:^|[/_-])prod(?:uction)?(?:[/_-]|$)/i.test(file)) return 0;
  return /(?:^|\/)overlays?\//i.test(file) ? 2 : 1;
}

type Item = ManifestDocument['tree'];

function generated(item: Item, document: ManifestDocument, read: ReadFile): readonly [string, Resolved][] {
  const literals = (item.get('literals')?.items() ?? []).flatMap((literal): [string, Resolved][] => {
    const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(textAt(literal) ?? '') ?? [];
    const text = value.replace(/^(["'])(.*)\1$/s, '$2');
    return name === undefined ? [] : [[name, known(text, inManifest(name, document.spanOf(literal.at)))]];
  });
  const paths = [...(item.get('envs')?.items() ?? []), item.get('env')].map((path) => textAt(path));
  const fromFiles = paths.flatMap((path): [string, Resolved][] => {
    const file = path === undefined ? undefined : resolvePath(folderOf(document.file), path);
    const text = file === undefined ? undefined : read(file);
    if (file === undefined || text === undefined) return [];
    const spanOf = placeFinder(file, text);
    return parseDotenv(text, 'plain').map(({ key, value, valueAt }) => [
      key,
      known(String(value), { kind: 'env-file', text: `${key} in ${file}`, place: spanOf(valueAt) }),
    ]);
  });
  return [...literals, ...fromFiles];
}
