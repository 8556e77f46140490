import type { HiddenPool } from '../../profiles/hidden-pool.ts';
import { atNode } from '../flow/places.ts';
import { hiddenPoolsIn } from '../pools/hidden-pools.ts';
import type { Rule } from '../rule.ts';

/** A package that opens connections of its own: profiles/hidden-pools. */
export const hiddenPool: Rule = {
  severity: 'info',
  *checkCode(code, { facts }) {
    for (const { known, call, size } of hiddenPoolsIn(code, facts)) {
      if (size === 'unknown') continue;
      yield {
        ...atNode(code.file, call),
        message: `${known.title} opens ${size === 1 ? 'a connection' : `up to ${size} connections`} of its own.`,
        ...(size === known.connections &&
          known.size !== undefined && {
            origins: [{ kind: 'driver-default' as const, text: `default of ${known.size} in ${known.package}` }],
          }),
        consequence:
          'They are beside the pools that the program makes, and count against the same limit of the server.',
        fix: fixOf(known),
      };
    }
  },
};

function fixOf({ sharedBy = [], size }: HiddenPool): string {
  const [option] = sharedBy;
  const share = option === undefined ? '' : `Give it the pool of the program (${option}), or count`;
  return `${share || 'Count'} its connections in the budget${size === undefined ? '' : `, and set ${size}`}.`;
}
