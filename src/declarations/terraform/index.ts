import { placeFinder } from '../code/lines.ts';
import { folderOf } from '../code/paths.ts';
import { type Tree, treeOf } from '../formats/tree.ts';
import { yamlDocuments } from '../formats/yaml-documents.ts';
import { noteOf } from '../manifests/manifest-document.ts';
import type { FileNote, TextFile } from '../text-file.ts';
import { literalsIn, type TerraformLiteral, terraformFile, terraformValues } from './literals.ts';
import { blockTree, planTree, type TerraformResource } from './resource.ts';

const planMark = /"planned_values"\s*:\s*\{/;

export function isTerraformFile({ file, text }: TextFile): boolean {
  return /\.tf(?:vars)?$/.test(file) || (file.endsWith('.json') && planMark.test(text));
}

/**
 * The resources of Terraform: of a plan (`terraform show -json`), or of the files of a folder without one, whose variables
 * are followed into `.tfvars`, defaults and the calls of modules.
 */
export function readTerraform(files: readonly TextFile[]): {
  resources: readonly TerraformResource[];
  notes: readonly FileNote[];
} {
  const notes: FileNote[] = [];
  const inUse = files.filter(isTerraformFile);
  if (inUse.length === 0) return { resources: [], notes };
  const written = inUse.filter(({ file }) => !file.endsWith('.json')).map(terraformFile);
  const values = terraformValues(written);
  const literals = literalsIn(written);
  const planned = inUse
    .filter(({ file }) => file.endsWith('.json'))
    .flatMap((file) => {
      try {
        return resourcesOfPlan(file, literals);
      } catch (error) {
        notes.push(noteOf(error, file.file));
        return [];
      }
    });
  const known = new Set(planned.map(({ type, name }) => `${type}.${name}`));
  const own = written.flatMap((file) =>
    file.body.blocks.flatMap((block): TerraformResource[] => {
      const [type, name] = block.labels;
      if (block.type !== 'resource' || type === undefined || name === undefined || known.has(`${type}.${name}`))
        return [];
      const tree = blockTree(block, { file, values });
      const rawOf = (wanted: string) => {
        const value = block.body.fields.find((field) => field.name === wanted)?.value;
        return value && file.text.slice(value.start, value.end);
      };
      return [{ type, name, folder: file.folder, file, tree, spanOf: file.spanOf, rawOf }];
    }),
  );
  return { resources: [...planned, ...own], notes };
}

/** The resources below "planned_values", the only part that is read. */
function resourcesOfPlan(
  file: TextFile,
  literals: ReadonlyMap<string, readonly TerraformLiteral[]>,
): TerraformResource[] {
  const start = planMark.exec(file.text);
  if (!start) return [];
  const offset = start.index + start[0].length - 1;
  const text = file.text.slice(offset, endOfObject(file.text, offset));
  const spanOf = placeFinder(file.file, file.text);
  const [document] = yamlDocuments(text, file.file, (at) => spanOf({ start: at + offset, end: at + offset }).line);
  const root = document && treeOf(document, { offset })?.get('root_module');
  return root
    ? modulesBelow(root, 0).flatMap((module) =>
        (module.get('resources')?.items() ?? []).flatMap((resource) => {
          const [type, address, values] = [
            resource.get('type')?.value,
            resource.get('address')?.value,
            resource.get('values'),
          ];
          if (typeof type !== 'string' || !values) return [];
          const name = String(resource.get('name')?.value ?? String(address).split('.').at(-1)).replace(/\[.*/, '');
          return [
            {
              type,
              name,
              folder: folderOf(file.file),
              file,
              tree: planTree(values, { resource: name, literals }),
              spanOf,
              rawOf: (wanted: string) => textOf(values.get(wanted)),
            },
          ];
        }),
      )
    : [];
}

function textOf(tree: Tree | undefined): string | undefined {
  return typeof tree?.value === 'string' ? tree.value : undefined;
}

/** A module with those within it, 20 levels deep at most. */
function modulesBelow(module: Tree, level: number): Tree[] {
  const children = level < 20 ? (module.get('child_modules')?.items() ?? []) : [];
  return [module, ...children.flatMap((child) => modulesBelow(child, level + 1))];
}

/** Behind the brace that closes the object which begins there. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  let isText = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (isText && sign === '\\') at += 1;
    else if (sign === '"') isText = !isText;
    else if (!isText && sign === '{') depth += 1;
    else if (!isText && sign === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}
