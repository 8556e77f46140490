import { remarks } from '../parts/amounts.ts';
import { assignmentLines } from '../parts/assignments.ts';
import { code } from '../parts/code.ts';
import { hikariFile, hikariInstead, hikariSettings, springLogin } from '../parts/hikari.ts';
import type { Target } from '../target.ts';

const title = 'HikariCP (application.properties)';

export const hikaricpProperties: Target = {
  title,
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'hikaricp',
  options: { prefix: 'spring.datasource.hikari.' },
  instead: hikariInstead,
  inFile: hikariFile('properties', title),
  render: (input) => code`
    ${remarks('#', input.why)}
    ${assignmentLines([...springLogin(input), ...hikariSettings(input, title)], '#', '=')}
  `,
};
