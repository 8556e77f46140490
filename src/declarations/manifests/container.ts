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
