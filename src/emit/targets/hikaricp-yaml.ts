import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { hikariFile, hikariInstead, hikariSettings, springLogin } from '../parts/hikari.ts';
import { springYaml } from '../parts/spring-yaml.ts';
import type { Target } from '../target.ts';

const title = 'HikariCP (application.yml)';

export const hikaricpYaml: Target = {
  title,
  language: 'yaml',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'hikaricp',
  options: { prefix: 'spring.datasource.hikari.' },
  instead: hikariInstead,
  inFile: hikariFile('yaml', title),
  render: (input) => code`
    ${remarks('#', input.why)}
    ${springYaml([...springLogin(input), ...hikariSettings(input, title)])}
  `,
};
