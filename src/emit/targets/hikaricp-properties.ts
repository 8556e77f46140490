import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { hikariInstead, hikariSettings, type SpringSetting, springLogin } from '../parts/hikari.ts';
import type { Target } from '../target.ts';

const title = 'HikariCP (application.properties)';

export const hikaricpProperties: Target = {
  title,
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'hikaricp',
  instead: hikariInstead,
  render: (input) => code`
    ${remarks('#', input.why)}
    ${[...springLogin(input), ...hikariSettings(input, title)].map(line).join('\n')}
  `,
  async merge(existing, snippet, file) {
    const { mergeLines } = await import('../merge/lines.ts');
    const { ownLines } = await import('../merge/own.ts');
    return mergeLines(
      existing,
      ownLines(snippet, existing, { own: /\.hikari\./, mixed: ['connection-init-sql'] }),
      file,
    );
  },
};

/** A comment has a line of its own: behind a value it would be part of it. */
function line({ path, value, note }: SpringSetting): string {
  const assignment = `spring.datasource.${path.join('.')}=${value}`;
  return note === undefined ? assignment : `# ${note}\n${assignment}`;
}
