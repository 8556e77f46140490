import { flagGroup } from '../../cli/flag.ts';
import { outputFlags } from '../../cli/output.ts';

export const initFlags = {
  ...flagGroup('What is written:', {
    'dry-run': { help: 'print the file, and write nothing' },
    force: { help: 'write over a fleet.yaml that is there' },
  }),
  ...outputFlags,
};
