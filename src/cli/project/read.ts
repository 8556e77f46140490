import { type SharedSettings, sharedSchema } from '../../documents/project-file.ts';
import { readYamlDocument, yamlLineOf } from '../../documents/yaml-document.ts';
import type { ProjectFile } from './find.ts';

/** What every command reads of poolctl.yaml, and where each part of it stands. */
export interface ProjectSettings extends SharedSettings {
  /** `poolctl.yaml:4`. */
  place(...path: readonly string[]): string;
}

const refusal = { code: 'CONFIG_INVALID', hint: 'docs/config.md has an example of poolctl.yaml.' } as const;

/** @throws PoolctlError CONFIG_INVALID with line and column */
export function readProject({ name, text }: ProjectFile): ProjectSettings {
  return {
    ...readYamlDocument(sharedSchema, text, name, refusal),
    place: (...path) => `${name}:${yamlLineOf(text, path)}`,
  };
}
