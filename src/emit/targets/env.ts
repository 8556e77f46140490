import { remarks } from '../parts/amounts.ts';
import { assignmentLines } from '../parts/assignments.ts';
import { code } from '../parts/code.ts';
import { environmentLines } from '../parts/environment.ts';
import type { Target } from '../target.ts';

export const env: Target = {
  title: '.env',
  language: 'dotenv',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'env',
  instead: {},
  inFile: { format: 'dotenv', assignments: ({ settings }) => environmentLines(settings) },
  render: ({ settings, why }) => code`
    ${remarks('#', why)}
    ${assignmentLines(environmentLines(settings), '#', '=')}
  `,
};
