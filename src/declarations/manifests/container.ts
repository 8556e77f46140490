import type { Stretch } from '../entry.ts';
import type { SourceSpan } from '../source-span.ts';
import type { Resolved } from '../value.ts';

/** A file that a container sees, with its text where the project has it. */
export interface MountedFile {
  /** In the container. */
  readonly path: string;
  readonly text: string;
  /** Where it stands in the project. */
  readonly place: SourceSpan;
  /** Where a stretch of its text stands in the project. */
  spanOf(stretch: Stretch): SourceSpan;
}

/** A container as compose, Kubernetes and ECS have it. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly place: SourceSpan;
  /** Entry point, command and arguments. A variable that is set nowhere stays `${NAME}`. */
  readonly words: readonly string[];
  readonly env: ReadonlyMap<string, Resolved>;
  readonly files: readonly MountedFile[];
}

/** The name of an image without its registry, its owner and its version. */
export function imageName(image: string): string {
  const last = image.split('/').at(-1) ?? '';
  return last.replace(/[@:].*$/s, '').toLowerCase();
}

/** A program that runs beside the first of a pod or task, by the variables that are called like those of the first. */
export interface ProgramBeside {
  readonly env: ReadonlyMap<string, Resolved>;
  readonly images: readonly string[];
  readonly command: readonly string[];
}

/**
 * Further containers that set variables of the first anew, or run its image again: what they open is their own. Others with
 * the same values, such as a proxy that is given the same ConfigMap, are taken for helpers.
 */
export function programsBeside([first, ...others]: readonly Container[]): readonly ProgramBeside[] {
  return others.flatMap(({ env, image, words }): ProgramBeside[] => {
    const both = [...env].filter(([name]) => first?.env.has(name));
    const isOther = both.some(([name, value]) => textOf(value) !== textOf(first?.env.get(name)));
    return isOther || (image !== '' && image === first?.image && both.length > 0)
      ? [{ env: new Map(both), images: [image], command: words }]
      : [];
  });
}

function textOf(value: Resolved | undefined): string | undefined {
  return value?.kind === 'known' ? String(value.value) : undefined;
}
