import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { environment } from '../parts/environment.ts';
import type { Target } from '../target.ts';

export const env: Target = {
  title: '.env',
  language: 'dotenv',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'env',
  instead: {},
  render: ({ settings, why }) => code`
    ${remarks('#', why)}
    ${environment(settings)
      .map(({ name, value, means }) => `# ${means}\n${name}=${value}`)
      .join('\n')}
  `,
  async merge(existing, snippet, file) {
    return (await import('../merge/lines.ts')).mergeLines(existing, snippet, file);
  },
};
