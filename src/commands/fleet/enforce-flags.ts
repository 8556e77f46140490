import { aText, flagGroup, takes } from '../../cli/flag.ts';
import { enforceTargetNames, parseEnforceTarget } from '../../enforce/list.ts';

const somePlaces = takes(
  '<places>',
  'sql,pgbouncer',
  (text, source) => text.split(',').map((name) => parseEnforceTarget(name.trim(), source)),
  { offers: enforceTargetNames, isList: true },
);

export const enforceFlags = flagGroup('Enforcement:', {
  enforce: { takes: somePlaces, help: `write what enforces the quotas: ${enforceTargetNames.join(', ')}` },
  'enforce-into': {
    takes: aText('<folder>', 'enforce', 'files'),
    help: 'into files of this folder; to stdout where it is not given',
  },
});
