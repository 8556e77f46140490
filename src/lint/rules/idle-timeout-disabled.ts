import { settingOf } from '../../declarations/setting.ts';
import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** Idle connections are kept for ever. */
export const idleTimeoutDisabled: Rule = {
  severity: 'info',
  *checkPool(pool, { profiles }) {
    const idle = settingOf(pool, 'idleTimeout', profiles);
    if (idle.kind !== 'unlimited') return;
    yield {
      ...atOption(pool, idle.declared),
      message: `Idle connections are never closed: ${idle.declared.name} turns it off.`,
      expected: `${idle.option.name} below the idle limits of the firewalls, proxies and servers on the way`,
      consequence:
        'The pool stays at the size of its worst minute, and hands out connections that a firewall or the server has dropped meanwhile.',
      fix: `Set ${idle.option.name} to some minutes.`,
    };
  },
};
