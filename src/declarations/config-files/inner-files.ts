import type { MountedFile } from '../manifests/container.ts';
import { innerFile, type ManifestDocument, manifestDocuments, textAt } from '../manifests/manifest-document.ts';
import type { TextFile } from '../text-file.ts';

const configMap = /^[ \t]*["']?kind["']?:\s*["']?ConfigMap\b/m;
const configs = /^configs\s*:/m;

/** Whether a file may hold others as values: a ConfigMap, or compose with `configs:`. */
export function mayHoldFiles({ file, text }: TextFile): boolean {
  return (
    /\.(?:ya?ml|json)$/i.test(file) && (configMap.test(text) || (configs.test(text) && /^\s+content\s*:/m.test(text)))
  );
}

/** The files that a manifest holds, each with its places in it. What cannot be read is noted where manifests are read. */
export function innerFiles(file: TextFile): readonly MountedFile[] {
  const { documents } = manifestDocuments(file, (part) => configMap.test(part) || configs.test(part));
  return documents.flatMap((document) => [...ofConfigMap(document), ...ofCompose(document)]);
}

function ofConfigMap(document: ManifestDocument): MountedFile[] {
  if (textAt(document.tree.get('kind')) !== 'ConfigMap') return [];
  return (document.tree.get('data')?.fields() ?? []).map(([name, field]) => innerFile(document, field, name));
}

function ofCompose(document: ManifestDocument): MountedFile[] {
  const uses = (document.tree.get('services')?.fields() ?? []).flatMap(
    ([, service]) => service.get('configs')?.items() ?? [],
  );
  return (document.tree.get('configs')?.fields() ?? []).flatMap(([name, config]) => {
    const content = config.get('content');
    const target = uses.find((use) => textAt(use.get('source')) === name)?.get('target');
    return content ? [innerFile(document, content, textAt(target) ?? name)] : [];
  });
}
