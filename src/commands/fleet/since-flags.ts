import { aText, flagGroup } from '../../cli/flag.ts';

export const sinceFlags = flagGroup('What is shown:', {
  since: {
    takes: aText('<git ref>', 'main'),
    help: 'only what changed since that commit; --format markdown is the comment of a pull request',
  },
});
