import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { hikariFile, hikariInstead, hikariSettings, type SpringSetting, springLogin } from '../parts/hikari.ts';
import type { Target } from '../target.ts';

const title = 'HikariCP (application.yml)';

export const hikaricpYaml: Target = {
  title,
  language: 'yaml',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'hikaricp',
  instead: hikariInstead,
  inFile: hikariFile('yaml', title),
  render: (input) => code`
    ${remarks('#', input.why)}
    ${block([...springLogin(input), ...hikariSettings(input, title)])}
  `,
};

/** Nested as YAML wants it; a parent is written once, before its first child. */
function block(settings: readonly SpringSetting[]): string {
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
