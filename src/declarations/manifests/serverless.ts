import { folderOf } from '../code/paths.ts';
import type { Tree } from '../formats/tree.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import { type ManifestDocument, manifestDocuments, textAt, valueAt } from './manifest-document.ts';
import { platformDefaults } from './platform-defaults.ts';
import type { DeployedService, ServiceKind } from './service.ts';
import { noSurge } from './surge.ts';
import { known, unknown } from './values.ts';

const names = /(?:^|\/)(?:serverless\.ya?ml|vercel\.json)$/;
const template = /^Transform:\s*['"]?AWS::Serverless|"Transform"\s*:\s*"AWS::Serverless/m;

export function isServerlessFile({ file, text }: TextFile): boolean {
  return names.test(file) || (/\.(?:ya?ml|json)$/.test(file) && template.test(text));
}

/** Functions of the Serverless Framework, of AWS SAM and of Vercel. Each execution environment has pools of its own. */
export function readServerless(files: readonly TextFile[]): {
  services: readonly DeployedService[];
  notes: readonly FileNote[];
} {
  const found = files.filter(isServerlessFile).map((file) => manifestDocuments(file, () => true, 'core'));
  const services = found.flatMap(({ documents }) => documents.flatMap((document) => functionsOf(document)));
  return { services, notes: found.flatMap(({ notes }) => notes) };
}

function functionsOf(document: ManifestDocument): DeployedService[] {
  const { file, tree } = document;
  if (file.endsWith('vercel.json')) {
    const name = folderOf(file).split('/').at(-1) || 'functions';
    return [
      lambda(document, {
        ...{ name, kind: 'Vercel functions', at: tree, most: unknown('Vercel has no limit to declare') },
        // https://vercel.com/docs/environment-variables/system-environment-variables
        env: [['VERCEL', known('1', { kind: 'environment', text: 'VERCEL, which Vercel sets' })]],
      }),
    ];
  }
  if (names.test(file)) {
    const shared = variablesAt(document, tree.get('provider', 'environment'));
    return (tree.get('functions')?.fields() ?? []).map(([name, at]) =>
      lambda(document, {
        name,
        at,
        most: reserved(document, at.get('reservedConcurrency')),
        env: [...shared, ...variablesAt(document, at.get('environment'))],
      }),
    );
  }
  const globals = tree.get('Globals', 'Function', 'Environment', 'Variables');
  return (tree.get('Resources')?.fields() ?? []).flatMap(([name, resource]) => {
    if (textAt(resource.get('Type')) !== 'AWS::Serverless::Function') return [];
    const properties = resource.get('Properties');
    const most = reserved(document, properties?.get('ReservedConcurrentExecutions'));
    const own = variablesAt(document, properties?.get('Environment', 'Variables'));
    return [lambda(document, { name, at: resource, most, env: [...variablesAt(document, globals), ...own] })];
  });
}

function reserved(document: ManifestDocument, tree: Tree | undefined): Resolved {
  return (
    valueAt(document, tree, 'reserved concurrency') ??
    unknown(
      `no concurrency is reserved: it shares that of the account, ${platformDefaults.lambdaAccountConcurrency} by default`,
    )
  );
}

function lambda(
  document: ManifestDocument,
  {
    name,
    kind = 'Lambda function',
    at,
    most,
    env = [],
  }: { name: string; kind?: ServiceKind; at: Tree; most: Resolved; env?: readonly [string, Resolved][] },
): DeployedService {
  return {
    name,
    kind,
    hosts: [],
    place: document.spanOf(at.keyAt ?? { start: at.at.start, end: at.at.start }),
    replicas: known(0, { kind: 'default', text: 'none without a request' }),
    most,
    ...(kind === 'Lambda function' && most.kind === 'unknown' && { sharesConcurrency: true as const }),
    surge: noSurge,
    processes: known(1, { kind: 'default', text: 'one process an execution environment' }),
    env: new Map(env),
    command: [],
    images: [],
    builds: [folderOf(document.file)],
    release: document.file,
  };
}

function variablesAt(document: ManifestDocument, tree: Tree | undefined): [string, Resolved][] {
  return (tree?.fields() ?? []).flatMap(([name, field]): [string, Resolved][] => {
    const value = valueAt(document, field, name);
    return value ? [[name, filled(name, value)]] : [];
  });
}

/** `${env:NAME, 'default'}` of the Serverless Framework; what is not plain and has no default is unknown. */
function filled(name: string, value: Resolved): Resolved {
  if (value.kind === 'unknown' || !String(value.value).includes('${')) return value;
  const fallback = /^\$\{[^{},]+,\s*['"]?([^'"${}]*)['"]?\}$/.exec(String(value.value))?.[1];
  return fallback === undefined
    ? unknown(`${name} is filled in when it is deployed`, ...value.origins)
    : known(fallback, { kind: 'default', text: `default of ${name}` }, ...value.origins);
}
