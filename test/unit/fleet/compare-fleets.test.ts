import { describe, expect, it } from 'vitest';
import type { FleetFinding } from '../../../src/budget/answer.ts';
import { type FleetState, isUnchanged } from '../../../src/fleet/since/change.ts';
import { compareFleets } from '../../../src/fleet/since/compare-fleets.ts';
import { renderTerminal } from '../../../src/render/terminal.ts';
import { changeComment, commentMarker } from '../../../src/views/fleet/since/change-comment.ts';
import { changeView } from '../../../src/views/fleet/since/change-view.ts';
import { fleetState } from '../../helpers/fleet-states.ts';

const api = { pool: 10, most: 6, surge: '25%' } as const;
const finding = (id: string, text: string): FleetFinding => ({ id, severity: 'error', text, server: 'orders' });

const before = fleetState(
  { api, jobs: { pool: 5 }, old: { pool: 2 } },
  { findings: [finding('unresolved', 'The pool of old is not known.')] },
);
const now = fleetState(
  { api: { ...api, most: 8 }, jobs: { pool: 5 }, mail: { pool: 3 } },
  {
    findings: [
      finding('budget-exceeded', 'orders is over.'),
      finding('default-pool', 'mail has the default of its driver.'),
    ],
  },
);

describe('what is different between two times', () => {
  it('is every number that changed, and nothing else', () => {
    const change = compareFleets(before, now, 'main');
    expect(change.services.map(({ service, kind, changed }) => [service, kind, ...changed])).toEqual([
      ['api', 'changed', 'mostInstances', 'worst'],
      ['mail', 'new', 'pool', 'processes', 'instances', 'mostInstances', 'surge', 'worst'],
      ['old', 'gone', 'pool', 'processes', 'instances', 'mostInstances', 'surge', 'worst'],
    ]);
    expect(change.servers).toMatchObject([
      { server: 'orders', changed: ['normal', 'worstMinute'], left: { before: 10, now: -11 } },
    ]);
  });

  it('is nothing where only lines and texts have moved', () => {
    const moved = {
      ...before,
      answer: { ...before.answer, findings: [finding('unresolved', 'The pool of old, line 9, is not known.')] },
    };
    expect(isUnchanged(compareFleets(before, moved, 'main'))).toBe(true);
  });

  it('has findings that are new, and those that are solved', () => {
    const { findings } = compareFleets(before, now, 'main');
    expect([findings.new, findings.solved].map((found) => found.map(({ id }) => id))).toEqual([
      ['budget-exceeded', 'default-pool'],
      ['unresolved'],
    ]);
  });

  it('is JSON without a value that is not known', () => {
    const change = compareFleets(before, now, 'main');
    expect(JSON.parse(JSON.stringify(change))).toEqual(change);
  });
});

describe('as a table', () => {
  it('says the verdict first, then what changed', () => {
    expect(
      renderTerminal(changeView(compareFleets(before, now, 'main')), { color: false, columns: 80 }),
    ).toMatchInlineSnapshot(`
      "orders is over by 11 connections in its worst minute; 10 were left before.

      Changed since main
                                                before         now
        orders           worst minute         87 of 97   108 of 97
        orders           normal                     67          88
        api at orders    most instances              6           8
        api at orders    worst minute               80         100
        mail at orders   new, worst minute                       3
        old at orders    gone, worst minute          2

      New
        error   mail has the default of its driver.

      Solved
        error   The pool of old is not known.
      "
    `);
  });

  it('says that nothing has changed, and what is over all the same', () => {
    const { headline, verdict } = changeView(compareFleets(now, now, 'v1.2'));
    expect([headline, verdict?.text]).toEqual([
      'Nothing of the fleet has changed since v1.2.',
      'orders is over by 11 connections in its worst minute, as before.',
    ]);
  });
});

describe('as the comment of a pull request', () => {
  it('begins with the hidden line that finds it again, and the verdict', () => {
    expect(changeComment(compareFleets(before, now, 'main'))).toMatchInlineSnapshot(`
      "<!-- poolctl fleet -->

      ❌ **orders is over by 11 connections in its worst minute; 10 were left before.**

      | | | \`main\` | now |
      | --- | --- | ---: | ---: |
      | **\`orders\`** | worst minute | 87 of 97 | 108 of 97 |
      | **\`orders\`** | normal | 67 | 88 |
      | \`api\` at \`orders\` | most instances | 6 | 8 |
      | \`api\` at \`orders\` | worst minute | 80 | 100 |
      | \`mail\` at \`orders\` | new, worst minute |  | 3 |
      | \`old\` at \`orders\` | gone, worst minute | 2 |  |

      New:

      - mail has the default of its driver.

      Solved:

      - The pool of old is not known.
      "
    `);
  });

  it('is empty where nothing has changed', () => {
    expect(changeComment(compareFleets(now, now, 'main'))).toBe('');
  });

  it.each([
    ['over a declared budget', {}, '❌'],
    ['over a limit that is only reported', { isBudgeted: false }, '⚠️'],
    ['within it', { usable: 197 }, '✅'],
  ])('shows at once whether it is %s', (_what, more, mark) => {
    const grown = fleetState({ api: { ...api, most: 12 } }, more);
    expect(changeComment(compareFleets(fleetState({ api }, more), grown, 'main')).split('\n')[2]).toMatch(
      new RegExp(`^${mark}`),
    );
  });

  it('says what is no longer over', () => {
    expect(changeComment(compareFleets(now, before, 'main'))).toContain(
      '✅ **No server is over: orders has 10 connections left in its worst minute; it was over by 11.**',
    );
  });

  it('says of a server whose limit nobody knows what it takes, and no more', () => {
    const unlimited = ({ model, answer }: FleetState): FleetState => ({
      model,
      answer: {
        ...answer,
        servers: answer.servers.map(({ usable: _, left: __, ...server }) => ({ ...server, fits: 'unknown' })),
      },
    });
    const comment = changeComment(compareFleets(unlimited(before), unlimited(now), 'main'));
    expect(comment.split('\n')[2]).toBe(
      '❔ **orders takes 108 connections in its worst minute, 87 before; what it lets in is not known.**',
    );
  });

  it('takes names and texts of files for no markup, no mention and no end of the marker', () => {
    const name = '@everyone | `x` <img src=x> -->\n# big';
    const hostile = fleetState({ [name]: { pool: 4 } }, { findings: [finding('unresolved', `[a](http://b) ${name}`)] });
    const comment = changeComment(compareFleets(fleetState({}), hostile, '`main` | @x'));
    expect(comment).toContain("`@everyone \\| 'x' <img src=x> -->\\n# big`");
    expect(comment).toContain('- \\[a\\](http://b) @<!-- -->everyone \\| \\`x\\` \\<img src=x\\> --\\>\\\\n\\# big');
    expect(comment.startsWith(`${commentMarker}\n`)).toBe(true);
  });

  it('stays below what GitHub takes, however much has changed', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`service-${at}`, { pool: 4 }]));
    const found = Array.from({ length: 5_000 }, (_, at) => ({
      ...finding('unresolved', 'x'.repeat(1_000)),
      service: `service-${at}`,
    }));
    const comment = changeComment(compareFleets(fleetState({}), fleetState(many, { findings: found }), 'main'));
    expect(comment.length).toBeLessThan(65_536);
    expect(comment).toContain('… and 4962 more');
  });
});
