import { remarks } from '../parts/amounts.ts';
import { assignmentLines, optionsAt } from '../parts/assignments.ts';
import { code } from '../parts/code.ts';
import { springLogin } from '../parts/hikari.ts';
import { tomcatAsides, tomcatInstead, tomcatSettings } from '../parts/tomcat.ts';
import type { Assignment, EmitInput, Target } from '../target.ts';

const title = 'Tomcat JDBC (application.properties)';
const datasource = ['spring', 'datasource'];

export const tomcatJdbc: Target = {
  title,
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'tomcat-jdbc',
  options: { prefix: 'spring.datasource.tomcat.' },
  instead: tomcatInstead,
  inFile: { format: 'properties', springBlock: 'tomcat', assignments },
  sets: (input) => optionsAt(tomcatAsides(input)),
  render: (input) => code`
    ${remarks('#', input.why)}
    spring.datasource.type=org.apache.tomcat.jdbc.pool.DataSource
    ${assignmentLines([...springLogin(input), ...assignments(input), ...tomcatAsides(input).map(inSpring)], '#', '=')}
  `,
};

function assignments(input: EmitInput): Assignment[] {
  return tomcatSettings(input, title).map(inSpring);
}

function inSpring({ path: [name = ''], ...assignment }: Assignment): Assignment {
  return { ...assignment, path: [...datasource, 'tomcat', kebabCase(name)] };
}

function kebabCase(name: string): string {
  return name.replace('SQL', 'Sql').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
