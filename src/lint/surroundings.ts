import { type Environment, environmentOf, isEnvFile } from '../declarations/environment.ts';
import { type Manifests, mayBeManifest, readManifests } from '../declarations/manifests/index.ts';
import { isPm2Name } from '../declarations/manifests/pm2.ts';
import type { TextFile } from '../declarations/text-file.ts';
import { isCode, isRead } from './kinds.ts';
import type { ProjectFiles } from './project.ts';
import { isTestCode } from './test-code.ts';

/** What the files of a project say together: services, poolers, variables. */
export interface Surroundings {
  readonly manifests: Manifests;
  readonly environment: Environment;
  /** The files that it comes from. */
  readonly sources: readonly TextFile[];
}

export function readSurroundings(paths: Iterable<string>, files: ProjectFiles): Surroundings {
  const others = [...paths].filter((path) => isRead(path) && (!isCode(path) || isPm2Name(path)) && !isTestCode(path));
  const texts = others.map((file): TextFile => ({ file, text: files.read(file) ?? '' }));
  const manifestTexts = texts.filter(({ file, text }) => mayBeManifest(file, text));
  const variableTexts = texts.filter(({ file }) => isEnvFile(file));
  const manifests = readManifests(manifestTexts, (file) => files.read(file));
  return {
    manifests,
    environment: environmentOf(variableTexts, manifests),
    sources: [...manifestTexts, ...variableTexts],
  };
}

/** The same, read when somebody asks for a variable or a manifest. */
export function surroundingsIn(
  paths: () => readonly string[],
  files: ProjectFiles,
): Pick<Surroundings, 'environment' | 'manifests'> {
  let known: Surroundings | undefined;
  const read = () => {
    known ??= readSurroundings(paths(), files);
    return known;
  };
  return {
    environment: { valuesOf: (name, fromFile) => read().environment.valuesOf(name, fromFile) },
    get manifests() {
      return read().manifests;
    },
  };
}
