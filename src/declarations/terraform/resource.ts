import type { Stretch } from '../entry.ts';
import type { Tree } from '../formats/tree.ts';
import type { SourceSpan } from '../source-span.ts';
import type { TextFile } from '../text-file.ts';
import type { Origin, Scalar } from '../value.ts';
import type { HclBlock, HclBody, HclValue } from './hcl.ts';
import type { TerraformFile, TerraformLiteral, TerraformValues } from './literals.ts';

/** A resource of a plan or of a file, with its values as a tree in which a block is its own only item. */
export interface TerraformResource {
  readonly type: string;
  /** Its name in the module: `worker`. */
  readonly name: string;
  readonly folder: string;
  readonly file: TextFile;
  readonly tree: Tree;
  spanOf(stretch: Stretch): SourceSpan;
  /** A value as it is written, references and all: `service/main/${aws_ecs_service.web.name}`. */
  rawOf(name: string): string | undefined;
}

/** The Kubernetes provider's names for what the API has a list of. */
const singular: Readonly<Record<string, string>> = {
  containers: 'container',
  initContainers: 'init_container',
  volumes: 'volume',
  volumeMounts: 'volume_mount',
};

/** `minReplicas` as the provider has it: `min_replicas`. */
function snake(name: string): string {
  return singular[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

interface PlannedAround {
  /** The name of the resource. */
  readonly resource: string;
  readonly literals: ReadonlyMap<string, readonly TerraformLiteral[]>;
}

/**
 * The values of a plan, asked for by the names of the API. A block is a list there: what is below it is below its first one.
 * A value that a file writes out under its own name is told from there, too: `worker_max_replicas = 240`.
 */
export function planTree(tree: Tree, around: PlannedAround, what = ''): Tree {
  const items = tree.items();
  const body = items[0] ?? tree;
  const origins = originsOf(tree.value, what, around);
  return {
    ...tree,
    ...(origins.length > 0 && { origins }),
    get: (first = '', ...rest) => {
      const field = body.get(snake(first)) ?? body.get(first);
      const name = first === 'value' ? String(body.get('name')?.value ?? first) : snake(first);
      const found = field && planTree(field, around, name);
      return rest.length === 0 ? found : found?.get(...rest);
    },
    fields: () => body.fields().map(([name, field]) => [name, planTree(field, around, name)] as const),
    items: () => items.map((item) => planTree(item, around, what)),
  };
}

/** max_replicas of `worker` by `worker_max_replicas`, DB_POOL_SIZE by `db_pool_size`; only where one file has it, and with that value. */
function originsOf(value: Scalar | undefined, what: string, { resource, literals }: PlannedAround): Origin[] {
  if (value === undefined || value === null || what === '') return [];
  for (const name of [`${resource}_${what}`, what.toLowerCase()]) {
    const [only, other] = (literals.get(name) ?? []).filter((literal) => String(literal.value) === String(value));
    if (only && !other) return [{ kind: 'manifest', text: `${name} in ${only.place.file}`, place: only.place }];
  }
  return [];
}

interface Around {
  readonly file: TerraformFile;
  readonly values: TerraformValues;
}

/** A block of a file, asked for by the names of the API. */
export function blockTree({ body, at }: Pick<HclBlock, 'body' | 'at'>, around: Around): Tree {
  const tree: Tree = {
    value: undefined,
    at: { start: at.start, end: at.end },
    style: 'other',
    get: (first, ...rest) => {
      const found = first === undefined ? undefined : (child(body, snake(first), around) ?? child(body, first, around));
      return rest.length === 0 ? found : found?.get(...rest);
    },
    fields: () => body.fields.map(({ name, nameAt, value }) => [name, valueTree(value, nameAt, around)] as const),
    items: () => [tree],
  };
  return tree;
}

function child(body: HclBody, name: string, around: Around): Tree | undefined {
  const field = body.fields.findLast((one) => one.name === name);
  if (field) return valueTree(field.value, field.nameAt, around);
  const blocks = body.blocks.filter(({ type }) => type === name).map((block) => blockTree(block, around));
  const [first, another] = blocks;
  return first && another ? { ...first, items: () => blocks } : first;
}

function valueTree(given: HclValue, keyAt: Stretch, around: Around): Tree {
  const { value, file, why } = around.values.settled(given, around.file);
  const inFile = { ...around, file };
  const items = value.kind === 'list' ? value.items : undefined;
  const fields = value.kind === 'object' ? value.fields : [];
  const isElsewhere = file !== around.file;
  const place = isElsewhere ? file.spanOf({ start: value.start, end: value.end }) : undefined;
  const tree: Tree = {
    value: value.kind === 'plain' ? value.value : undefined,
    at: { start: given.start, end: given.end },
    keyAt,
    style: 'other',
    ...(place && { origins: [{ kind: 'manifest' as const, text: `${place.file}:${place.line}`, place }] }),
    ...(why !== undefined && { why }),
    get: (first, ...rest) => {
      const field = fields.findLast(({ name }) => name === first || (first !== undefined && name === snake(first)));
      const found = field
        ? valueTree(field.value, field.nameAt, inFile)
        : items?.[0] && valueTree(items[0], keyAt, inFile).get(first ?? '');
      return rest.length === 0 ? found : found?.get(...rest);
    },
    fields: () => fields.map(({ name, nameAt, value: field }) => [name, valueTree(field, nameAt, inFile)] as const),
    items: () => (items ? items.map((item) => valueTree(item, keyAt, inFile)) : value.kind === 'object' ? [tree] : []),
  };
  return tree;
}
