import { type Bindings, bindingsOf } from './bindings.ts';
import type { CodeFile } from './code-file.ts';
import type { CodeHost } from './code-host.ts';
import { parseCode } from './parse.ts';
import { folderOf } from './paths.ts';
import { resolveSpecifier } from './specifiers.ts';

/** A file of the project with what its identifiers mean. */
export interface Module {
  readonly file: CodeFile;
  readonly bindings: Bindings;
  readonly project: Modules;
}

/** The files of a project, each parsed once, when somebody asks. */
export interface Modules {
  readonly host: CodeHost;
  /** The file in hand; its text may be newer than the one on the disk. */
  adopt(file: CodeFile): Module;
  /** Undefined where it cannot be read, is large, or has a syntax error. */
  open(path: string): Module | undefined;
  /** The file of the project that an import means. */
  resolve(specifier: string, fromFile: string): string | undefined;
}

const projects = new WeakMap<CodeHost, Modules>();

/** The files of the project that a host stands for. */
export function modulesOf(host: CodeHost): Modules {
  const known = projects.get(host);
  if (known) return known;
  const made = makeModules(host);
  projects.set(host, made);
  return made;
}

/** A file that others import and that is larger is generated: its UTF-16 units. */
const largestImport = 1_000_000;

function makeModules(host: CodeHost): Modules {
  const opened = new Map<string, Module | undefined>();
  const resolved = new Map<string, string | undefined>();
  const moduleOf = (file: CodeFile): Module => {
    let bindings: Bindings | undefined;
    return {
      file,
      bindings: (identifier) => {
        bindings ??= bindingsOf(file);
        return bindings(identifier);
      },
      project: modules,
    };
  };
  const parse = (path: string): Module | undefined => {
    const text = host.read(path);
    if (text === undefined || text.length > largestImport) return undefined;
    const file = path.endsWith('.json') ? parseJson(path, text) : parseCode(path, text);
    return file && moduleOf(file);
  };
  const modules: Modules = {
    host,
    adopt(file) {
      const known = opened.get(file.path);
      if (known?.file === file) return known;
      const module = moduleOf(file);
      opened.set(file.path, module);
      return module;
    },
    open(path) {
      if (!opened.has(path)) opened.set(path, parse(path));
      return opened.get(path);
    },
    resolve(specifier, fromFile) {
      const folder = folderOf(fromFile);
      const key = `${folder}\n${specifier}`;
      if (!resolved.has(key)) resolved.set(key, resolveSpecifier(specifier, folder, host));
      return resolved.get(key);
    },
  };
  return modules;
}

/** JSON as a file of code with one expression, at its own offsets. */
function parseJson(path: string, text: string): CodeFile | undefined {
  const file = parseCode(path, `(${text}\n)`);
  return file && { ...file, text, spanOf: ({ start, end }) => file.spanOf({ start: start - 1, end: end - 1 }) };
}
