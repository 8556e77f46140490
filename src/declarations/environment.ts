import { placeFinder } from './code/lines.ts';
import { folderOf } from './code/paths.ts';
import { type EnvReader, parseDotenv } from './formats/dotenv.ts';
import type { Manifests } from './manifests/index.ts';
import { interpolated } from './manifests/interpolation.ts';
import type { DeployedService } from './manifests/service.ts';
import type { TextFile } from './text-file.ts';
import type { Resolved } from './value.ts';

/** Variables of the environment, as the project's files set them: `.env*`, compose, Kubernetes, serverless. */
export interface Environment {
  /**
   * Every value that the files give it where this file's code runs, the nearest file first; empty where no file sets it.
   * Several values differ by environment or service, and are several answers. Examples (`.env.example`) are not among
   * them: they are no evidence of what runs.
   */
  valuesOf(name: string, fromFile: string): readonly Resolved[];
}

/** Variables that hold for the code of a directory. */
interface Source {
  readonly directory: string;
  /** Less is stronger evidence of what runs in production. */
  readonly rank: number;
  /** As the language of a file reads them. */
  valuesFor(reader: EnvReader): ReadonlyMap<string, Resolved>;
}

/** Whether a file's name is one that `environmentOf` reads: `.env`, `.env.production`, `production.env`. */
export function isEnvFile(file: string): boolean {
  return /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env)$/i.test(file) && !isExample(file);
}

/** Names of files that are there to be copied, or for tests. */
function isExample(file: string): boolean {
  return /[._-](?:examples?|sample|samples|template|tpl|tmpl|dist|defaults?|test|tests|testing|ci|e2e|schema|vault)\b/i.test(
    file.slice(file.lastIndexOf('/') + 1),
  );
}

/** The environment that .env files and manifests set. Never throws for what is in a file. */
export function environmentOf(envFiles: readonly TextFile[], manifests: Manifests): Environment {
  const sources = [
    ...envFiles.filter(({ file }) => isEnvFile(file)).map((file) => sourceOf(file)),
    ...manifests.services.filter(({ server }) => server === undefined).flatMap((service) => sourcesOf(service)),
  ].sort((a, b) => b.directory.length - a.directory.length || a.rank - b.rank);
  return {
    valuesOf: (name, fromFile) =>
      unequal(
        sources
          .filter(({ directory }) => isWithin(fromFile, directory))
          .flatMap(({ valuesFor }) => valuesFor(fromFile.endsWith('.py') ? 'python' : 'node').get(name) ?? []),
      ),
  };
}

function sourceOf(file: TextFile): Source {
  const known = new Map<EnvReader, ReadonlyMap<string, Resolved>>();
  const valuesFor = (reader: EnvReader) => {
    const values = known.get(reader) ?? variablesIn(file, reader);
    known.set(reader, values);
    return values;
  };
  return { directory: deployedDirectory(folderOf(file.file)), rank: rankOf(file.file), valuesFor };
}

function variablesIn({ file, text }: TextFile, reader: EnvReader): ReadonlyMap<string, Resolved> {
  const spanOf = placeFinder(file, text);
  const entries = parseDotenv(text, reader);
  const plain = new Map(entries.map(({ key, value }) => [key, { kind: 'known' as const, value, origins: [] }]));
  const values = entries.map(({ key, value, valueAt, differs }): [string, Resolved] => [
    key,
    interpolated(String(value), (name) => (name === key ? undefined : plain.get(name)), [
      {
        kind: 'env-file',
        text: `${key} in ${file}${differs === undefined ? '' : ` (${differs.replace(/\.$/, '')})`}`,
        place: spanOf(valueAt),
      },
    ]),
  ]);
  return new Map(values);
}

function rankOf(file: string): number {
  if (/prod/i.test(file)) return 1;
  return /[._-](?:local|dev|development)\b/i.test(file) ? 4 : 3;
}

function sourcesOf({ builds, place, env, kind }: DeployedService): Source[] {
  const directories = builds.length > 0 ? builds : [deployedDirectory(folderOf(place.file))];
  return directories.map((directory) => ({
    directory,
    rank: kind === 'compose service' ? 2 : 0,
    valuesFor: () => env,
  }));
}

const deployment =
  /^(?:\.?k8s|kubernetes|kube|deploy(?:ment|ments)?|manifests|helm|charts?|rendered|templates|ecs|aws|compose|\.?docker|infra|infrastructure|ops|base|overlays|environments?|envs?|config|prod|production|staging|dev|development)$/i;

/** The directory whose code a directory of manifests deploys: `services/api` for `services/api/k8s/overlays/prod`. */
export function deployedDirectory(directory: string): string {
  const parts = directory.split('/');
  while (deployment.test(parts.at(-1) ?? '')) parts.pop();
  return parts.join('/');
}

export function isWithin(file: string, directory: string): boolean {
  return directory === '' || file.startsWith(`${directory}/`);
}

/** Each value once, with the nearest place that has it. */
function unequal(values: readonly Resolved[]): Resolved[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = value.kind === 'known' ? `=${value.value}` : value.why;
    return !seen.has(key) && seen.add(key);
  });
}
