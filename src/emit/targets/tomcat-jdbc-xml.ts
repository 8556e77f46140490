import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import { optionsAt } from '../parts/assignments.ts';
import { code } from '../parts/code.ts';
import { tomcatAsides, tomcatInstead, tomcatSettings } from '../parts/tomcat.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'Tomcat JDBC (context.xml)';

export const tomcatJdbcXml: Target = {
  title,
  language: 'xml',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'tomcat-jdbc',
  instead: tomcatInstead,
  sets: (input) => optionsAt(tomcatAsides(input)),
  render: (input) => code`
    ${input.why.length === 0 ? undefined : input.why.map(xmlComment).join('\n')}
    <!-- Tomcat reads \${...} from the environment when it is started with
         -Dorg.apache.tomcat.util.digester.PROPERTY_SOURCE=org.apache.tomcat.util.digester.EnvironmentPropertySource -->
    <Context>
    ${notes(input)}
      <Resource name="jdbc/app" auth="Container" type="javax.sql.DataSource"
                factory="org.apache.tomcat.jdbc.pool.DataSourceFactory"
    ${attributes(input)}/>
    </Context>
  `,
};

function all(input: EmitInput) {
  return [...tomcatSettings(input, title), ...tomcatAsides(input)];
}

function notes(input: EmitInput): string {
  return all(input)
    .flatMap(({ path, note }) => (note === undefined ? [] : [`  ${xmlComment(`${path.join('.')}: ${note}`)}`]))
    .join('\n');
}

function attributes(input: EmitInput): string {
  const { scheme, className } = jdbcDrivers[input.engine];
  const reference = (name: string) => `\${${name}}`;
  const login = {
    driverClassName: className,
    url: `jdbc:${scheme}://${reference('DB_HOST')}:${reference('DB_PORT')}/${reference('DB_DATABASE')}`,
    username: reference('DB_USERNAME'),
    password: reference('DB_PASSWORD'),
  };
  const settings = all(input).map(({ path, value }) => [path.join('.'), String(value)] as const);
  return [...Object.entries(login), ...settings]
    .map(([name, value]) => `            ${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
    .join('\n');
}

/** Two dashes would end it. */
function xmlComment(text: string): string {
  return `<!-- ${text.replaceAll('--', '- -')} -->`;
}
