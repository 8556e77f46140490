import { aText } from '../../cli/flag.ts';

export const sinceFlag = {
  takes: aText('<git ref>', 'main'),
  help: 'only what changed since that commit; as markdown, the comment of a pull request',
};
