import { placeFinder } from '../code/lines.ts';
import { folderOf, joinPath } from '../code/paths.ts';
import type { Stretch } from '../entry.ts';
import type { SourceSpan } from '../source-span.ts';
import type { TextFile } from '../text-file.ts';
import type { Scalar } from '../value.ts';
import { type HclBody, type HclField, type HclValue, hclBody } from './hcl.ts';

/** A file of Terraform, read. */
export interface TerraformFile {
  readonly file: string;
  readonly text: string;
  readonly folder: string;
  readonly body: HclBody;
  spanOf(stretch: Stretch): SourceSpan;
}

/** A value that a file writes out, with its name there. */
export interface TerraformLiteral {
  readonly value: Scalar;
  readonly name: string;
  readonly place: SourceSpan;
}

/** The values of one folder of Terraform files: its variables, what its caller gives them, and its locals. */
export interface TerraformValues {
  /** What an expression is, followed through variables and locals. */
  settled(
    value: HclValue,
    file: TerraformFile,
  ): { readonly value: HclValue; readonly file: TerraformFile; readonly why?: string };
}

export function terraformFile({ file, text }: TextFile): TerraformFile {
  return {
    file,
    text,
    folder: folderOf(file),
    body: text.length > 2_000_000 ? { fields: [], blocks: [] } : hclBody(text),
    spanOf: placeFinder(file, text),
  };
}

/** More names than any value goes through. */
const mostSteps = 10;

interface Written {
  readonly field: HclField;
  readonly file: TerraformFile;
}

export function terraformValues(files: readonly TerraformFile[]): TerraformValues {
  const variables = new Map<string, Written[]>();
  const locals = new Map<string, Written>();
  const add = (key: string, written: Written) => variables.set(key, [...(variables.get(key) ?? []), written]);
  for (const file of files) {
    if (file.file.endsWith('.tfvars'))
      for (const field of file.body.fields) add(`${file.folder}/${field.name}`, { field, file });
  }
  for (const file of files) {
    for (const { type, body } of file.body.blocks) {
      const source = type === 'module' ? body.fields.find(({ name }) => name === 'source')?.value : undefined;
      const folder = source?.kind === 'plain' ? joinPath(file.folder, String(source.value)) : undefined;
      if (folder !== undefined) for (const field of body.fields) add(`${folder}/${field.name}`, { field, file });
      if (type === 'locals')
        for (const field of body.fields) locals.set(`${file.folder}/${field.name}`, { field, file });
    }
  }
  for (const file of files) {
    for (const { type, labels, body } of file.body.blocks) {
      const field = type === 'variable' ? body.fields.find(({ name }) => name === 'default') : undefined;
      const key = `${file.folder}/${labels[0]}`;
      if (field && !variables.has(key)) add(key, { field, file });
    }
  }
  return {
    settled(value, file) {
      let now = { value, file };
      for (let step = 0; now.value.kind === 'reference' && step < mostSteps; step += 1) {
        const [kind, name = '', ...rest] = now.value.path;
        const key = `${now.file.folder}/${name}`;
        const written =
          kind === 'var'
            ? variables.get(key)
            : kind === 'local'
              ? [locals.get(key)].filter((one) => one !== undefined)
              : undefined;
        const [only, other] = written ?? [];
        if (!only || rest.length > 0) return { ...now, why: `${now.value.path.join('.')} is known when it is applied` };
        if (other) return { ...now, why: `${now.value.path.join('.')} has several values` };
        now = { value: only.field.value, file: only.file };
      }
      return now.value.kind === 'other' ? { ...now, why: 'it is worked out when it is applied' } : now;
    },
  };
}

/** The numbers and texts that files write out behind a name, for a plan that has only their values. */
export function literalsIn(files: readonly TerraformFile[]): ReadonlyMap<string, readonly TerraformLiteral[]> {
  const found = new Map<string, TerraformLiteral[]>();
  const take = (fields: readonly HclField[], file: TerraformFile) => {
    for (const { name, nameAt, value } of fields) {
      if (value.kind === 'object') take(value.fields, file);
      if (value.kind !== 'plain' || value.value === null) continue;
      const place = file.spanOf({ start: nameAt.start, end: value.end });
      found.set(name, [...(found.get(name) ?? []), { value: value.value, name, place }]);
    }
  };
  const walk = ({ fields, blocks }: HclBody, file: TerraformFile) => {
    take(fields, file);
    for (const block of blocks) if (block.type !== 'variable') walk(block.body, file);
  };
  for (const file of files) walk(file.body, file);
  return found;
}
