import { formatCount } from '../../base/units.ts';
import { loginVariables } from '../../declarations/vocabulary/login.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { environment } from '../parts/environment.ts';
import type { EmitInput, Target } from '../target.ts';

export const dockerCompose: Target = {
  title: 'Docker Compose',
  language: 'yaml',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'env',
  instead: {},
  render: (input) => code`
    ${remarks('#', input.why)}
    # To be laid over your file: docker compose -f compose.yaml -f compose.pool.yaml up
    services:
      app:
        environment:
          ${loginVariables.map((name) => `${name}: \${${name}}`).join('\n')}
          ${environment(input.settings)
            .map(({ name, value, means }) => `# ${means}\n${name}: "${value}"`)
            .join('\n')}
        deploy:
          replicas: ${input.fleet.instances} # ${total(input)}
  `,
};

function total({ settings, fleet }: EmitInput): string {
  const processes = fleet.processesPerInstance > 1 ? ` x ${fleet.processesPerInstance} processes` : '';
  const all = fleet.instances * fleet.processesPerInstance * settings.connectionLimit;
  return `${fleet.instances}${processes} x ${settings.connectionLimit} = ${formatCount(all, 'connection')}`;
}
