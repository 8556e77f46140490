import type { ReadFile } from '../text-file.ts';
import { fileOfModule } from './module.ts';

/** What a command of Python starts. */
export interface PythonEntry {
  /** The file of its module; undefined where the project has only the package around it. */
  readonly file?: string;
  /** The folder of its package, with a slash at the end; undefined for a module of its own. */
  readonly package?: string;
}

const modulePath = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/**
 * The module that a command starts, from a folder: `gunicorn app:app`, `uvicorn app.main:app`, `celery -A worker.app`,
 * `python -m app.worker`, `python src/main.py`. Undefined where the project has no such file.
 */
export function pythonEntry(
  command: readonly string[],
  folder: string,
  read: ReadFile,
  exists: (path: string) => boolean,
): PythonEntry | undefined {
  const from = folder === '' ? 'x.py' : `${folder}/x.py`;
  for (const [index, word] of command.entries()) {
    const script = word.endsWith('.py') ? [folder, word.replace(/^\.?\//, '')].filter(Boolean).join('/') : undefined;
    if (script !== undefined && read(script) !== undefined) return { file: script };
    const isNamed = /^(?:-A|--app|-m)$/.test(command[index - 1] ?? '') || /^--app=/.test(word);
    const name = word.replace(/^--app=/, '').split(':')[0] ?? '';
    if (!modulePath.test(name) || !(isNamed || /[.:]/.test(word))) continue;
    const parts = name.split('.');
    // The last part may be an attribute: `celery -A worker.app`.
    const names = parts.length > 1 ? [name, parts.slice(0, -1).join('.')] : [name];
    for (const module of names) {
      const file = fileOfModule(module, from, read);
      if (file !== undefined) return { file };
    }
    const around = [folder, parts[0]].filter(Boolean).join('/');
    if (parts.length > 1 && exists(around)) return { package: `${around}/` };
  }
  return undefined;
}

const imports = /^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\r\n#]+)|import[ \t]+([\w., \t]+))/gm;
/** More than the files that one program imports of its own project. */
const mostFiles = 3_000;

/** The files of the project that a module imports, directly or not, and itself. */
export function importedBy(entry: string, read: ReadFile): ReadonlySet<string> {
  const reached = new Set([entry]);
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined && reached.size < mostFiles; file = waiting.pop()) {
    for (const module of modulesIn(read(file) ?? '')) {
      const found = fileOfModule(module, file, read);
      if (found === undefined || reached.has(found)) continue;
      reached.add(found);
      waiting.push(found);
    }
  }
  return reached;
}

/** Django imports the module of its settings by this name, which manage.py, wsgi.py and asgi.py give. */
const settingsModule = /DJANGO_SETTINGS_MODULE["']\s*[,\]]\s*=?\s*["']([\w.]+)["']/g;

/** `from a import b` may mean the module a.b. */
function modulesIn(text: string): string[] {
  const settings = Array.from(text.matchAll(settingsModule)).flatMap(([, module]) => module ?? []);
  const imported = Array.from(text.matchAll(imports)).flatMap(([, from, names = '', plain = '']) => {
    if (from === undefined) return plain.split(',').map((one) => one.trim().split(/\s/)[0] ?? '');
    const each = names
      .replace(/[()]/g, '')
      .split(',')
      .map((one) => one.trim().split(/\s/)[0] ?? '');
    return [
      from,
      ...each.filter((one) => /^\w+$/.test(one)).map((one) => `${from}${from.endsWith('.') ? '' : '.'}${one}`),
    ];
  });
  return [...settings, ...imported];
}
