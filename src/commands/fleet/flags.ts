import { aFile, aText, flagGroup } from '../../cli/flag.ts';
import { htmlOutputFlags } from '../../cli/output.ts';
import { enforceFlags } from './enforce-flags.ts';
import { lockFlags } from './lock-flags.ts';
import { sinceFlag } from './since-flag.ts';

export const fleetFlags = {
  ...flagGroup('What is shown:', {
    server: { takes: aText('<name>', 'orders'), help: 'only this server, and only it decides the exit code' },
    since: sinceFlag,
    all: { help: 'also the servers that fit, of a large fleet' },
  }),
  ...flagGroup('What fails:', {
    strict: { help: 'exit code 1 also where parts of a declared budget are not known' },
  }),
  ...lockFlags,
  ...enforceFlags,
  ...flagGroup('Output:', {
    html: { takes: aFile, help: 'also write the page with the picture to a file' },
  }),
  ...htmlOutputFlags,
};
