import { folderOf } from '../code/paths.ts';
import type { Tree } from '../formats/tree.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import { type Container, programsBeside } from './container.ts';
import { serverOf } from './database-server.ts';
import { type ManifestDocument, manifestDocuments, textAt, valueAt, wordsAt } from './manifest-document.ts';
import { platformDefaults } from './platform-defaults.ts';
import { processesOf } from './processes.ts';
import type { DeployedService } from './service.ts';
import type { Surge } from './surge.ts';
import { unknown } from './values.ts';

const parts =
  /"containerDefinitions"|"taskDefinition"[\s\S]*"desiredCount"|"desiredCount"[\s\S]*"taskDefinition"|"ecs:service:DesiredCount"/;

export function isEcsFile({ file, text }: TextFile): boolean {
  return /\.json$/i.test(file) && text.length < 1_000_000 && parts.test(text);
}

/** An ECS service, with the containers of its task. */
export interface RunningTasks {
  readonly service: DeployedService;
  readonly containers: readonly Container[];
}

/** What belongs together of ECS: by the family of the task definition, and by the name of the service. */
export interface EcsParts {
  readonly definitions: readonly EcsPart[];
  readonly services: readonly EcsPart[];
  readonly scalers: readonly EcsPart[];
}

/** `key`: of a task definition its family, of a service the family that it runs, of a scaler the service. */
export interface EcsPart {
  readonly key: string;
  readonly name: string;
  readonly document: ManifestDocument;
}

/**
 * Task definitions and services of ECS, as `aws ecs register-task-definition`, `create-service` and
 * `aws application-autoscaling register-scalable-target` take them, or as Terraform makes them. A task definition without a
 * service runs an unknown number of times.
 */
export function readEcs(
  files: readonly TextFile[],
  others: EcsParts = { definitions: [], services: [], scalers: [] },
): { tasks: readonly RunningTasks[]; notes: readonly FileNote[] } {
  const found = files.filter(isEcsFile).map((file) => manifestDocuments(file, () => true));
  const documents = found.flatMap((each) => each.documents);
  const having = (field: string, part: (tree: Tree) => Omit<EcsPart, 'document'>) =>
    documents.filter(({ tree }) => tree.get(field)).map((document) => ({ ...part(document.tree), document }));
  const text = (tree: Tree, name: string) => textAt(tree.get(name)) ?? '';
  const parts: EcsParts = {
    definitions: [
      ...having('containerDefinitions', (tree) => ({ key: text(tree, 'family'), name: text(tree, 'family') })),
      ...others.definitions,
    ],
    services: [
      ...having('desiredCount', (tree) => ({
        key: familyOf(text(tree, 'taskDefinition')),
        name: text(tree, 'serviceName'),
      })),
      ...others.services,
    ],
    scalers: [
      ...having('ScalableDimension', (tree) => ({ key: text(tree, 'ResourceId').split('/').at(-1) ?? '', name: '' })),
      ...others.scalers,
    ],
  };
  const tasks = parts.definitions.map((definition) => runningTasks(definition, parts));
  return { tasks, notes: found.flatMap(({ notes }) => notes) };
}

/** The family in `api:61` or in an ARN. */
function familyOf(reference: string): string {
  return (reference.split('/').at(-1) ?? '').replace(/:\d+$/, '');
}

function runningTasks({ key: family, document: definition }: EcsPart, { services, scalers }: EcsParts): RunningTasks {
  const own = services.find(({ key }) => key === family);
  const service = own?.document;
  const containers = (definition.tree.get('containerDefinitions')?.items() ?? []).map(
    (tree): Container => ({
      name: textAt(tree.get('name')) ?? family,
      image: textAt(tree.get('image')) ?? '',
      place: definition.spanOf(tree.get('name')?.at ?? tree.at),
      words: [...wordsAt(tree.get('entryPoint')), ...wordsAt(tree.get('command'))],
      env: new Map([
        ...(tree.get('environment')?.items() ?? []).flatMap((item): [string, Resolved][] => {
          const [name, value] = [textAt(item.get('name')), item.get('value')];
          const resolved = name === undefined ? undefined : valueAt(definition, value, name);
          return name === undefined || resolved === undefined ? [] : [[name, resolved]];
        }),
        ...(tree.get('secrets')?.items() ?? []).flatMap((item): [string, Resolved][] => {
          const name = textAt(item.get('name'));
          return name === undefined ? [] : [[name, unknown(`${name} is in a secret of AWS`)]];
        }),
      ]),
      files: [],
    }),
  );
  const name = own && own.name !== '' ? own.name : family;
  const scaler = scalers.find(({ key }) => key === name)?.document;
  const bound = (which: 'Min' | 'Max') => {
    const tree = scaler?.tree.get(`${which}Capacity`) ?? scaler?.tree.get(`${which.toLowerCase()}Capacity`);
    return scaler && valueAt(scaler, tree, `${which}Capacity`);
  };
  const desired = service && valueAt(service, service.tree.get('desiredCount'), 'desiredCount');
  const replicas = desired ?? unknown('no file has its service');
  const [first] = containers;
  const beside = programsBeside(containers);
  const server = containers.map((container) => serverOf(container)).find(Boolean);
  return {
    containers,
    service: {
      name,
      kind: 'ECS service',
      hosts: [],
      place: definition.spanOf(definition.tree.get('family')?.at ?? definition.tree.at),
      replicas: bound('Min') ?? replicas,
      most: bound('Max') ?? replicas,
      surge: surgeOf(service),
      processes: first ? processesOf(first) : unknown('it has no container'),
      env: new Map(containers.toReversed().flatMap(({ env }) => [...env])),
      ...(beside.length > 0 && { beside }),
      command: first?.words ?? [],
      images: containers.map(({ image }) => image),
      builds: [],
      ...(server && { server }),
      release: `${folderOf(definition.file)}/ (service ${name})`,
    },
  };
}

/** maximumPercent, 200 where it is not set; strategies that run two sets of tasks double them whatever it says. */
function surgeOf(service: ManifestDocument | undefined): Surge {
  const configuration = service?.tree.get('deploymentConfiguration');
  const strategy = textAt(configuration?.get('strategy')) ?? 'ROLLING';
  const controller = textAt(service?.tree.get('deploymentController', 'type')) ?? 'ECS';
  if (textAt(service?.tree.get('schedulingStrategy')) === 'DAEMON') return { kind: 'count', count: 0 };
  if (strategy !== 'ROLLING' || controller !== 'ECS') return { kind: 'percent', percent: 100, rounds: 'down' };
  const percent = configuration?.get('maximumPercent') ?? service?.tree.get('deploymentMaximumPercent');
  const most = Number(textAt(percent) ?? platformDefaults.ecsMaximumPercent);
  if (!Number.isFinite(most)) return { kind: 'unknown', why: 'maximumPercent is no number' };
  return { kind: 'percent', percent: Math.max(0, most - 100), rounds: 'down' };
}
