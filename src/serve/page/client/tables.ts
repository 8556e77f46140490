import type { PicturedFigures } from '../../picture.ts';
import type { PageDocument } from './dom.ts';
import type { Branch, makeUpdating, PageTree } from './updating.ts';
import type { makeWords } from './words.ts';

/** Makes the tables of a target, each to be folded. Figures come early: on a small screen the last columns are out of sight. */
export function makeTables(
  document: PageDocument,
  { tree }: ReturnType<typeof makeUpdating>,
  { duration }: ReturnType<typeof makeWords>,
) {
  /** A heading that ends in # is one of figures. */
  type Heads = readonly string[];
  type Rows = readonly (readonly string[])[];

  /** PgBouncer's pools. */
  function pools({ pools: all }: PicturedFigures, id: string): Branch {
    if (!all) return undefined;
    const rows = all.map((pool) => [
      pool.database,
      ...[pool.clientsWaiting, duration(pool.maxWaitSeconds), pool.clientsActive].map(String),
      pool.limit === undefined ? String(pool.servers) : `${pool.servers} of ${pool.limit}`,
      ...[pool.user, pool.mode ?? ''],
    ]);
    const heads = ['Database', 'Waiting#', 'Longest wait#', 'Clients#', 'Servers#', 'User', 'Mode'];
    return folded(`${id}-pools`, 'Pools', heads, rows, true);
  }

  function sessions({ groups, pools: ofPooler }: PicturedFigures, id: string, isOpen: boolean): Branch {
    const what = ofPooler ? 'Clients' : 'Sessions';
    const rows = groups.map(({ application, user, database, state, connections }) => {
      // The row of the rest has no names of its own; elsewhere a name that is missing is not known.
      const missing = application === 'other' && user === '' ? '' : '?';
      const [ofState, ofUser, ofDatabase] = [state, user, database].map((name) => name || missing);
      return [application || missing, String(connections), ofState ?? '', ofUser ?? '', ofDatabase ?? ''];
    });
    const heads = ['Application', `${what}#`, 'State', 'User', 'Database'];
    return folded(`${id}-groups`, `${what} by application`, heads, rows, isOpen);
  }

  function transactions({ transactions: open = [] }: PicturedFigures, id: string, isOpen: boolean): Branch {
    const rows = open.map(({ application, user, database, state, seconds }) => {
      const [ofState, ofUser, ofDatabase] = [state, user, database].map((name) => name || '?');
      return [application || '?', duration(seconds), ofState ?? '', ofUser ?? '', ofDatabase ?? ''];
    });
    const heads = ['Application', 'Open for#', 'State', 'User', 'Database'];
    return folded(`${id}-open`, 'Longest transactions', heads, rows, isOpen);
  }

  /**
   * Whoever opens or shuts it has the last word: that it is open is said but once. What is shut is not made: 50 targets have
   * thousands of cells.
   */
  function folded(id: string, title: string, heads: Heads, rows: Rows, isOpen: boolean): Branch {
    if (rows.length === 0) return undefined;
    const now = document.getElementById(id);
    const isShown = now ? now.getAttribute('open') !== null : isOpen;
    return tree(
      'details',
      isOpen ? { id, open: '' } : { id },
      tree('summary', {}, `${title} (${rows.length})`),
      isShown ? table(title, heads, rows) : undefined,
    );
  }

  function table(label: string, heads: Heads, rows: Rows): PageTree {
    const kind = (column: number): Record<string, string> => (heads[column]?.endsWith('#') ? { class: 'n' } : {});
    const body = rows.map(([first = '', ...cells]) =>
      tree(
        'tr',
        {},
        tree('th', { scope: 'row' }, first),
        ...cells.map((cell, index) => tree('td', kind(index + 1), cell)),
      ),
    );
    const head = heads.map((name, column) => tree('th', { scope: 'col', ...kind(column) }, name.replace('#', '')));
    return tree(
      'div',
      { class: 'scroll', role: 'group', 'aria-label': label, tabindex: '0' },
      tree('table', {}, tree('thead', {}, tree('tr', {}, ...head)), tree('tbody', {}, ...body)),
    );
  }

  return { pools, sessions, transactions };
}
