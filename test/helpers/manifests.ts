import { mayBeManifest, readManifests } from '../../src/declarations/manifests/index.ts';

/** Reads a project of these files. */
export function readProject(texts: Readonly<Record<string, string>>) {
  const files = Object.entries(texts).map(([file, text]) => ({ file, text }));
  const manifests = readManifests(
    files.filter(({ file, text }) => mayBeManifest(file, text)),
    (file) => texts[file],
  );
  const service = (name: string) => manifests.services.find((one) => one.name === name);
  return { ...manifests, service, manifests, files };
}
