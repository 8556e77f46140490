import { placeFinder } from '../code/lines.ts';
import { folderOf } from '../code/paths.ts';
import { type Tree, treeOf } from '../formats/tree.ts';
import { yamlDocuments } from '../formats/yaml-documents.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import { commandWords, type ManifestDocument, noteOf, textAt, valueAt } from './manifest-document.ts';
import type { DeployedService } from './service.ts';
import { noSurge } from './surge.ts';
import { countOf, known, unknown } from './values.ts';

/** Whether a file is called as an ecosystem file of PM2, which may be code. */
export function isPm2Name(file: string): boolean {
  return /(?:^|\/)(?:ecosystem|pm2|process)(?:\.[\w-]+)*\.(?:[cm]?js|json|ya?ml)$/.test(file);
}

export function isPm2File({ file, text }: TextFile): boolean {
  return isPm2Name(file) && /\bapps["']?\s*:/.test(text) && text.length < 1_000_000;
}

/** The applications of an ecosystem file of PM2, each of them on one host in as many processes as `instances` says. */
export function readPm2(files: readonly TextFile[]): {
  services: readonly DeployedService[];
  notes: readonly FileNote[];
} {
  const notes: FileNote[] = [];
  const services = files.filter(isPm2File).flatMap((file) => {
    try {
      return applicationsIn(file);
    } catch (error) {
      notes.push(noteOf(error, file.file));
      return [];
    }
  });
  return { services, notes };
}

function applicationsIn({ file, text }: TextFile): DeployedService[] {
  const spanOf = placeFinder(file, text);
  const lineAt = (offset: number) => spanOf({ start: offset, end: offset }).line;
  // An object of JavaScript without functions is written as a map of YAML is.
  const [document] = yamlDocuments(/\.[cm]?js$/.test(file) ? exportedObject(text) : text, file, lineAt);
  const apps = document && treeOf(document)?.get('apps');
  const around = { file, text, spanOf };
  return (apps?.items() ?? []).map((app): DeployedService => {
    const environment = [...(app.get('env')?.fields() ?? []), ...(app.get('env_production')?.fields() ?? [])];
    const env = environment.flatMap(([name, tree]): [string, Resolved][] => {
      const value = valueAt({ ...around, tree }, tree, name);
      return value ? [[name, value]] : [];
    });
    return {
      name: textAt(app.get('name')) ?? 'app',
      kind: 'PM2 application',
      hosts: [],
      place: spanOf(app.get('name')?.at ?? app.at),
      ...{ replicas: oneHost, most: oneHost, surge: noSurge, processes: processesOf(app, around) },
      env: new Map(env),
      command: commandWords(textAt(app.get('script')) ?? ''),
      ...{ images: [], builds: [folderOf(file)], release: file },
    };
  });
}

const oneHost = known(1, { kind: 'default', text: 'one host' });

/** `max` and 0 are one for each CPU, and -1 is one fewer (pm2.keymetrics.io/docs/usage/cluster-mode). */
function processesOf(app: Tree, around: Omit<ManifestDocument, 'tree'>): Resolved {
  const instances = app.get('instances');
  if (!instances) return known(1, { kind: 'default', text: 'one process' });
  const value = valueAt({ ...around, tree: app }, instances, 'instances');
  const count = countOf(value);
  if (count !== undefined && count > 0 && value?.kind === 'known') return { ...value, value: count };
  const origins = value?.origins ?? [];
  return /^(?:max|0|-\d+)$/.test(textAt(instances) ?? '')
    ? unknown(`instances: ${textAt(instances)} goes by the CPUs of the host`, ...origins)
    : unknown('instances is worked out when PM2 starts', ...origins);
}

/** What a module exports as a plain object, with all before it and its comments as blanks, so that places stay. */
function exportedObject(text: string): string {
  const start = /(?:module\.exports\s*=|export\s+default)\s*/.exec(text);
  if (!start) return '';
  const from = start.index + start[0].length;
  const plain = text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//g,
    (whole, quoted?: string) => quoted ?? blank(whole),
  );
  return blank(plain.slice(0, from)) + plain.slice(from).replace(/;\s*$/, blank);
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
