import { resolve } from 'node:path';
import { type Environment, environmentOf, isEnvFile } from '../../declarations/environment.ts';
import { type Manifests, mayBeManifest, readManifests } from '../../declarations/manifests/index.ts';
import { isPm2Name } from '../../declarations/manifests/pm2.ts';
import type { FileNote, TextFile } from '../../declarations/text-file.ts';
import { isCode, isRead } from '../../lint/kinds.ts';
import type { ProjectFiles } from '../../lint/project.ts';
import { isTestCode } from '../../lint/test-code.ts';
import type { FileTree } from '../file-tree.ts';
import { type GlobbedFiles, globFiles } from './globs.ts';

/** Files that are read together: their manifests complete each other, and their code is what those deploy. */
export interface ReadUnit {
  /** The folder that all of them are below, with a `/` behind it; empty for the one that the user is in. */
  readonly root: string;
  readonly paths: readonly string[];
  readonly files: ProjectFiles;
  readonly manifests: Manifests;
  readonly environment: Environment;
  readonly missing: readonly string[];
}

/** Reads files once, however many units have them. */
export class Units {
  readonly #cwd: string;
  readonly #tree: FileTree;
  readonly #own: ReadonlySet<string>;
  readonly #texts = new Map<string, TextFile | undefined>();
  readonly #unread: FileNote[] = [];
  readonly #units = new Map<string, ReadUnit>();

  /** `own`: the files of the fleet itself, which are no manifests. */
  constructor(cwd: string, own: ReadonlySet<string>, tree: FileTree) {
    this.#cwd = cwd;
    this.#tree = tree;
    this.#own = own;
  }

  /** The files that globs name, from a folder relative to the one that the user is in. */
  of(globs: readonly string[], folder: string): ReadUnit {
    const key = [folder, ...[...globs].sort()].join('\n');
    const known = this.#units.get(key);
    if (known) return known;
    const unit = this.#read(globFiles(globs, folder, { cwd: this.#cwd, tree: this.#tree }));
    this.#units.set(key, unit);
    return unit;
  }

  /** How many files were read. */
  get filesRead(): readonly string[] {
    return [...this.#texts].flatMap(([file, text]) => (text ? [file] : []));
  }

  get filesUnread(): readonly FileNote[] {
    return this.#unread;
  }

  #text(file: string): TextFile | undefined {
    const known = this.#texts.get(file);
    if (known || this.#texts.has(file)) return known;
    const found = this.#tree.textOf(resolve(this.#cwd, file));
    const text = 'text' in found ? found.text : this.#manifestIn(file, found.why);
    const read = text === undefined ? undefined : { file, text };
    this.#texts.set(file, read);
    return read;
  }

  /** What a chart renders to is larger than what people write. */
  #manifestIn(file: string, why: string): string | undefined {
    if (/cannot be read \((?!ENOENT|ENOTDIR)/.test(why) && isRead(file))
      this.#unread.push({ file, text: `not read: ${why}`, isBroken: true });
    if (!/larger/.test(why) || !/\.ya?ml$/i.test(file)) return undefined;
    const found = this.#tree.wholeTextOf(resolve(this.#cwd, file));
    return 'text' in found && mayBeManifest(file, found.text) ? found.text : undefined;
  }

  #read({ paths: all, folders, missing, unread }: GlobbedFiles): ReadUnit {
    this.#unread.push(...unread);
    const paths = all.filter((path) => !this.#own.has(path));
    const inside = new Set(paths);
    const root = commonFolder(folders);
    const isInside = (file: string) =>
      inside.has(file) || folders.some((folder) => folder === '' || file.startsWith(`${folder}/`));
    const files: ProjectFiles = {
      read: (file) => (isInside(file) ? this.#text(file)?.text : undefined),
      exists: (file) => inside.has(file) || (isInside(file) && this.#text(file) !== undefined),
    };
    const texts = paths
      .filter((path) => isRead(path) && (!isCode(path) || isPm2Name(path)) && !isTestCode(path, root))
      .flatMap((path) => this.#text(path) ?? []);
    const manifests = readManifests(
      texts.filter(({ file, text }) => mayBeManifest(file, text)),
      (file) => files.read(file),
    );
    const variables = texts.filter(({ file }) => isEnvFile(file));
    return { paths, root, files, manifests, environment: environmentOf(variables, manifests), missing };
  }
}

/** The deepest folder around all folders, with a `/` behind it. */
function commonFolder([first = '', ...others]: readonly string[]): string {
  const parts = first === '' ? [] : first.split('/');
  const shared = parts.findIndex((_, at) => {
    const prefix = `${parts.slice(0, at + 1).join('/')}/`;
    return others.some((other) => !`${other}/`.startsWith(prefix));
  });
  const common = shared < 0 ? parts : parts.slice(0, shared);
  return common.length === 0 ? '' : `${common.join('/')}/`;
}
