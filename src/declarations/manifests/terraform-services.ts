import { type Tree, treeOf } from '../formats/tree.ts';
import { yamlDocuments } from '../formats/yaml-documents.ts';
import type { TerraformResource } from '../terraform/resource.ts';
import type { Resolved } from '../value.ts';
import type { Container } from './container.ts';
import type { EcsPart, EcsParts } from './ecs.ts';
import { type ManifestDocument, textAt, valueAt, wordsAt } from './manifest-document.ts';
import { platformDefaults } from './platform-defaults.ts';
import { processesOf } from './processes.ts';
import type { DeployedService } from './service.ts';
import { noSurge, type Surge } from './surge.ts';
import { countOf, known, unknown } from './values.ts';

/** Task definitions, services and scaling of ECS that Terraform makes, tied by the references between them. */
export function ecsOfTerraform(resources: readonly TerraformResource[]): EcsParts {
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const family = (resource: TerraformResource) => textAt(resource.tree.get('family')) ?? resource.name;
  const definitions = of('aws_ecs_task_definition').map((resource): EcsPart => {
    const tree = resource.tree.get('containerDefinitions');
    const containers = tree && withoutJson(tree, resource);
    const whole: Tree = {
      ...resource.tree,
      get: (first = '', ...rest) =>
        first === 'containerDefinitions' && rest.length === 0 ? containers : resource.tree.get(first, ...rest),
    };
    return { key: family(resource), name: resource.name, document: { ...documentOf(resource), tree: whole } };
  });
  const services = of('aws_ecs_service').map((resource): EcsPart => {
    const raw = resource.rawOf('task_definition') ?? '';
    const referred = /aws_ecs_task_definition\.([\w-]+)/.exec(raw)?.[1] ?? resource.name;
    const definition = of('aws_ecs_task_definition').find(({ name }) => name === referred);
    const name = textAt(resource.tree.get('name')) ?? resource.name;
    return { key: definition ? family(definition) : referred, name, document: documentOf(resource) };
  });
  const scalers = of('aws_appautoscaling_target').flatMap((resource): EcsPart[] => {
    const raw = resource.rawOf('resource_id') ?? '';
    const referred = /aws_ecs_service\.([\w-]+)/.exec(raw)?.[1];
    const service = of('aws_ecs_service').find(({ name }) => name === referred);
    const key = service
      ? (textAt(service.tree.get('name')) ?? service.name)
      : (/^"?service\/[^/]+\/([^"/]+)"?$/.exec(raw)?.[1] ?? '');
    return [{ key, name: resource.name, document: documentOf(resource) }];
  });
  return { definitions, services, scalers };
}

function documentOf({ file, tree, spanOf }: TerraformResource): ManifestDocument {
  return { ...file, tree, spanOf };
}

/** A list that a plan has as a text of JSON; all of it stands where the text does. */
function withoutJson(tree: Tree, { file, spanOf }: TerraformResource): Tree {
  if (typeof tree.value !== 'string') return tree;
  const [document] = yamlDocuments(tree.value, file.file, () => spanOf(tree.at).line);
  const inner = document && treeOf(document);
  return inner ? placedAt(inner, tree) : tree;
}

function placedAt(tree: Tree, { at }: Tree): Tree {
  const placed = (field: Tree | undefined) => field && placedAt(field, { at } as Tree);
  return {
    ...tree,
    at,
    ...(tree.keyAt && { keyAt: at }),
    get: (...path) => placed(tree.get(...path)),
    fields: () => tree.fields().map(([name, field]) => [name, placedAt(field, { at } as Tree)] as const),
    items: () => tree.items().map((item) => placedAt(item, { at } as Tree)),
  };
}

/** Functions and container services of Terraform: Lambda, Cloud Run and Azure Container Apps. */
export function servicesOfTerraform(resources: readonly TerraformResource[]): DeployedService[] {
  return resources.flatMap((resource) => {
    if (resource.type === 'aws_lambda_function') return lambdaOf(resource);
    if (resource.type === 'google_cloud_run_v2_service') return cloudRunOf(resource);
    return resource.type === 'azurerm_container_app' ? containerAppOf(resource) : [];
  });
}

interface Described {
  readonly kind: DeployedService['kind'];
  readonly replicas: Resolved;
  readonly most: Resolved;
  readonly surge: Surge;
  readonly container?: Container;
  readonly env?: readonly [string, Resolved][];
}

function serviceOf(resource: TerraformResource, { container, env, ...described }: Described): DeployedService {
  const { tree, name, folder, spanOf } = resource;
  return {
    name: textAt(tree.get('functionName')) ?? textAt(tree.get('name')) ?? name,
    ...described,
    hosts: [],
    place: spanOf((tree.get('functionName') ?? tree.get('name') ?? tree).at),
    processes: container
      ? processesOf(container)
      : known(1, { kind: 'default', text: 'one process an execution environment' }),
    env: container?.env ?? new Map(env),
    command: container?.words ?? [],
    images: container && container.image !== '' ? [container.image] : [],
    ...{ builds: [], release: `${folder}/ (${resource.type} ${name})` },
  };
}

function lambdaOf(resource: TerraformResource): DeployedService {
  const document = documentOf(resource);
  const reserved = valueAt(document, resource.tree.get('reservedConcurrentExecutions'), 'reserved concurrency');
  const isUnreserved = reserved === undefined || (reserved.kind === 'known' && Number(reserved.value) < 0);
  const variables = resource.tree.get('environment', 'variables')?.fields() ?? [];
  const why = `no concurrency is reserved: it shares that of the account, ${platformDefaults.lambdaAccountConcurrency} by default`;
  const service = serviceOf(resource, {
    kind: 'Lambda function',
    replicas: known(0, { kind: 'default', text: 'none without a request' }),
    most: isUnreserved ? unknown(why) : reserved,
    surge: noSurge,
    env: variables.flatMap(([name, tree]): [string, Resolved][] => {
      const value = valueAt(document, tree, name);
      return value ? [[name, value]] : [];
    }),
  });
  return isUnreserved ? { ...service, sharesConcurrency: true } : service;
}

/** The limit in the template is that of a revision, and the one beside it that of the service. */
function cloudRunOf(resource: TerraformResource): DeployedService {
  const document = documentOf(resource);
  const template = resource.tree.get('template');
  const at = (tree: Tree | undefined, what: string) => valueAt(document, tree, what);
  const ofRevision = at(template?.get('scaling', 'maxInstanceCount'), 'max_instance_count');
  const ofService = at(resource.tree.get('scaling', 'maxInstanceCount'), 'max_instance_count');
  const least =
    at(template?.get('scaling', 'minInstanceCount'), 'min_instance_count') ??
    at(resource.tree.get('scaling', 'minInstanceCount'), 'min_instance_count');
  return serviceOf(resource, {
    kind: 'Cloud Run service',
    replicas: least ?? known(0, { kind: 'default', text: 'none without a request' }),
    most: ofRevision ?? ofService ?? unknown('max_instance_count is not set: the quota of the project decides'),
    surge: ofRevision || !ofService ? { kind: 'percent', percent: 100, rounds: 'up' } : { kind: 'count', count: 1 },
    container: containerOf(resource, template?.get('containers')),
  });
}

function containerAppOf(resource: TerraformResource): DeployedService {
  const document = documentOf(resource);
  const template = resource.tree.get('template');
  const most = valueAt(document, template?.get('maxReplicas'), 'max_replicas');
  const byDefault = known(platformDefaults.containerAppsMost, { kind: 'default', text: 'default of max_replicas' });
  return serviceOf(resource, {
    kind: 'Azure container app',
    replicas:
      valueAt(document, template?.get('minReplicas'), 'min_replicas') ??
      known(0, { kind: 'default', text: 'default of min_replicas' }),
    most: countOf(most) === undefined && most?.kind !== 'unknown' ? byDefault : (most ?? byDefault),
    surge: { kind: 'percent', percent: 100, rounds: 'up' },
    container: containerOf(resource, template?.get('containers')),
  });
}

function containerOf(resource: TerraformResource, tree: Tree | undefined): Container {
  const document = documentOf(resource);
  const items = tree?.get('env')?.items() ?? [];
  return {
    name: resource.name,
    image: textAt(tree?.get('image')) ?? '',
    place: resource.spanOf((tree ?? resource.tree).at),
    words: [...wordsAt(tree?.get('command')), ...wordsAt(tree?.get('args'))],
    env: new Map(
      items.flatMap((item): [string, Resolved][] => {
        const name = textAt(item.get('name'));
        const value = name === undefined ? undefined : valueAt(document, item.get('value'), name);
        return name === undefined ? [] : [[name, value ?? unknown(`${name} is known when it runs`)]];
      }),
    ),
    files: [],
  };
}
