import type { CodeHost } from './code-host.ts';
import { field, parseLooseJson } from './loose-json.ts';
import { foldersUpward, joinPath } from './paths.ts';

const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];

/**
 * The file of the project that an import in a folder means: a relative path, an alias in `paths` of tsconfig.json or in `imports` of
 * package.json, or a package of the same workspace. Undefined for packages from elsewhere.
 */
export function resolveSpecifier(specifier: string, folder: string, host: CodeHost): string | undefined {
  if (specifier.startsWith('.')) return existing(joinPath(folder, specifier), host);
  return aliased(specifier, folder, host) ?? workspacePackage(specifier, host);
}

/** The file behind a path without its ending, or with that of the JavaScript that it becomes. */
function existing(path: string | undefined, host: CodeHost): string | undefined {
  if (path === undefined) return undefined;
  const named = /\.\w+$/.test(path) ? [path, path.replace(/\.([cm]?)jsx?$/, '.$1ts')] : [];
  return (
    named.find((candidate) => host.exists(candidate)) ??
    withEnding(path, host) ??
    withEnding(path === '' ? 'index' : `${path}/index`, host)
  );
}

function withEnding(path: string, host: CodeHost): string | undefined {
  for (const ending of endings) if (host.exists(path + ending)) return path + ending;
  return undefined;
}

function aliased(specifier: string, folder: string, host: CodeHost): string | undefined {
  for (const at of foldersUpward(folder)) {
    for (const name of ['tsconfig.json', 'tsconfig.base.json', 'jsconfig.json', 'package.json']) {
      const targets = targetsIn(at === '' ? name : `${at}/${name}`, specifier, host);
      const found = targets.map((target) => existing(joinPath(at, target), host)).find((path) => path !== undefined);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Where a configuration file points an alias to, relative to its folder. */
function targetsIn(file: string, specifier: string, host: CodeHost): string[] {
  const text = host.read(file);
  if (text === undefined) return [];
  if (file.endsWith('package.json') && !specifier.startsWith('#')) return [];
  const config = configOf(text);
  if (file.endsWith('package.json')) return matches(field(config, 'imports'), specifier);
  const options = field(config, 'compilerOptions');
  const base = field(options, 'baseUrl');
  const targets = matches(field(options, 'paths'), specifier);
  const root = typeof base === 'string' ? `${base}/` : '';
  return [...targets.map((target) => root + target), ...(root === '' ? [] : [root + specifier])];
}

/** The text of a tsconfig.json is the same for each import of a run. */
const configs = new Map<string, unknown>();
function configOf(text: string): unknown {
  if (!configs.has(text)) {
    if (configs.size > 200) configs.clear();
    configs.set(text, parseLooseJson(text));
  }
  return configs.get(text);
}

/** The targets of the patterns that match, each with at most one `*`. */
function matches(patterns: unknown, specifier: string): string[] {
  if (typeof patterns !== 'object' || patterns === null) return [];
  return Object.entries(patterns).flatMap(([pattern, targets]) => {
    const [before = '', after] = pattern.split('*');
    const isMatch =
      after === undefined
        ? specifier === pattern
        : specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after);
    if (!isMatch) return [];
    const star = after === undefined ? '' : specifier.slice(before.length, specifier.length - after.length);
    return textsIn(targets).map((target) => target.replace('*', () => star));
  });
}

function textsIn(targets: unknown): string[] {
  if (typeof targets === 'string') return [targets];
  return Object.values(Object(targets)).filter((target): target is string => typeof target === 'string');
}

/** A package of the workspace, by the folders where monorepos keep theirs. */
function workspacePackage(specifier: string, host: CodeHost): string | undefined {
  const [, name, base, rest = ''] = /^((?:@[^/]+\/)?([^/]+))(?:\/(.*))?$/.exec(specifier) ?? [];
  if (name === undefined || !specifier.startsWith('@')) return undefined;
  for (const parent of ['packages', 'libs', 'apps', 'shared', 'modules']) {
    const folder = `${parent}/${base}`;
    const text = host.read(`${folder}/package.json`);
    const config = text === undefined ? undefined : configOf(text);
    if (field(config, 'name') !== name) continue;
    const main = field(config, 'main');
    const entries = rest === '' ? ['src/index', 'index', 'src', ...textsIn(main)] : [`src/${rest}`, rest];
    const found = entries.map((entry) => existing(`${folder}/${entry}`, host)).find((path) => path !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}
