import type { SpringSetting } from './hikari.ts';

/** Nested as YAML wants it; a parent is written once, before its first child. */
export function springYaml(settings: readonly SpringSetting[]): string {
  const written = new Set<string>();
  return settings
    .flatMap(({ path, value, note }) => {
      const parents = path.slice(0, -1).flatMap((key, depth) => {
        const id = path.slice(0, depth + 1).join('.');
        if (written.has(id)) return [];
        written.add(id);
        return [`${'  '.repeat(depth)}${key}:`];
      });
      const line = `${'  '.repeat(path.length - 1)}${path.at(-1)}: ${value}${note === undefined ? '' : ` # ${note}`}`;
      return [...parents, line];
    })
    .join('\n');
}
