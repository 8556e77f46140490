import { folderOf } from '../code/paths.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import type { Container } from './container.ts';
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

/**
 * Task definitions and services of ECS, as `aws ecs register-task-definition`, `create-service` and
 * `aws application-autoscaling register-scalable-target` take them. A task definition without a service runs an unknown
 * number of times.
 */
export function readEcs(files: readonly TextFile[]): { tasks: readonly RunningTasks[]; notes: readonly FileNote[] } {
  const found = files.filter(isEcsFile).map((file) => manifestDocuments(file, () => true));
  const documents = found.flatMap((each) => each.documents);
  const having = (key: string) => documents.filter(({ tree }) => tree.get(key) !== undefined);
  const [definitions, services, scalers] = [
    having('containerDefinitions'),
    having('desiredCount'),
    having('ScalableDimension'),
  ];
  const tasks = definitions.map((definition) => {
    const family = textAt(definition.tree.get('family')) ?? '';
    const service = services.find(({ tree }) => familyOf(textAt(tree.get('taskDefinition')) ?? '') === family);
    return runningTasks(definition, family, service, scalers);
  });
  return { tasks, notes: found.flatMap(({ notes }) => notes) };
}

/** The family in `api:61` or in an ARN. */
function familyOf(reference: string): string {
  return (reference.split('/').at(-1) ?? '').replace(/:\d+$/, '');
}

function runningTasks(
  definition: ManifestDocument,
  family: string,
  service: ManifestDocument | undefined,
  scalers: readonly ManifestDocument[],
): RunningTasks {
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
  const name = textAt(service?.tree.get('serviceName')) ?? family;
  const scaler = scalers.find(({ tree }) => (textAt(tree.get('ResourceId')) ?? '').split('/').at(-1) === name);
  const desired = service && valueAt(service, service.tree.get('desiredCount'), 'desiredCount');
  const replicas = desired ?? unknown('no file has its service');
  const [first] = containers;
  const server = containers.map((container) => serverOf(container)).find(Boolean);
  return {
    containers,
    service: {
      name,
      kind: 'ECS service',
      hosts: [],
      place: definition.spanOf(definition.tree.get('family')?.at ?? definition.tree.at),
      replicas: (scaler && valueAt(scaler, scaler.tree.get('MinCapacity'), 'MinCapacity')) ?? replicas,
      most: (scaler && valueAt(scaler, scaler.tree.get('MaxCapacity'), 'MaxCapacity')) ?? replicas,
      surge: surgeOf(service),
      processes: first ? processesOf(first) : unknown('it has no container'),
      env: new Map(containers.toReversed().flatMap(({ env }) => [...env])),
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
  const most = Number(textAt(configuration?.get('maximumPercent')) ?? platformDefaults.ecsMaximumPercent);
  if (!Number.isFinite(most)) return { kind: 'unknown', why: 'maximumPercent is no number' };
  return { kind: 'percent', percent: Math.max(0, most - 100), rounds: 'down' };
}
