import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { admin, dsn, endAll, type Login, open, openAll, ordinary, type Session } from '../helpers/sessions.ts';
import { Tmux } from '../helpers/tmux.ts';

// The live screen as a user has it: in a real terminal, on a real server.

/** Throws where nobody catches it, when the test asks for that. */
const crashing = `data:text/javascript,${encodeURIComponent("process.on('SIGUSR2',()=>{throw new Error('made')})")}`;
/** All modes of the terminal but its size. */
const modes = "stty -a | sed 's/rows.*columns [0-9]*//'";

describeWith('postgres', (server) => {
  let tmux: Tmux;
  let boss: Session;
  let sessions: Session[];
  const as = (application: string): Login => ({ ...ordinary(server), application });

  beforeAll(async () => {
    boss = await open('postgres', admin(server));
    sessions = [
      await open('postgres', as('shop-web')),
      await open('postgres', as('shop-web')),
      await open('postgres', as('shop-web')),
      await open('postgres', as('nightly-report')),
    ];
    await sessions[3]?.rows('BEGIN');
    await sessions[3]?.rows('SELECT 1');
  });
  afterAll(async () => {
    await endAll([...sessions, boss]);
  });
  beforeEach(async () => {
    tmux = await Tmux.start(80, 24, {
      DATABASE_URL: dsn('postgres', admin(server)),
      NODE_OPTIONS: `--import ${crashing}`,
      CI: '',
      NO_COLOR: '',
      FORCE_COLOR: '',
    });
    await tmux.run(`before="$(${modes})"; clear`);
  });
  afterEach(() => tmux.end());

  /** Starts it, until it shows the server. */
  async function watch(flags = '', shows = /usable/): Promise<void> {
    await tmux.run(`node bin/poolctl watch --interval 200ms ${flags}; echo "exit $?"`);
    await tmux.sees(shows);
    expect(await tmux.modes()).toEqual({ isWhole: true, hasCursor: false });
  }

  /** The program has ended, and the terminal is as it was before. */
  async function ended(exitCode: number): Promise<string> {
    const text = await tmux.sees(new RegExp(`^exit ${exitCode}$`, 'm'));
    expect(await tmux.modes()).toEqual({ isWhole: false, hasCursor: true });
    await tmux.run(`[ "$(${modes})" = "$before" ] && echo the same modes`);
    await tmux.sees(/^the same modes$/m);
    return text;
  }

  test('shows the sessions, sorts, filters, holds still, helps, and quits', async () => {
    await watch();
    await tmux.sees(/ 3 +· +3 +· +shop-web /);
    await tmux.sees(/ 1 +· +· +1 +nightly-report /);
    await tmux.sees(/Idle in tx +1 session, the oldest for \d/);

    await tmux.keys('s', 's', 's');
    await tmux.sees(/IDLE TX▼.*\n▸ .*nightly-report/);
    await tmux.keys('S');
    await tmux.sees(/IDLE TX▲/);

    await tmux.keys('/');
    await tmux.keys('s', 'h', 'o', 'p');
    await tmux.sees(/Filter: shop/);
    await tmux.seesNot(/nightly-report +app /);
    await tmux.keys('Enter');
    await tmux.sees(/1 of \d+ rows with "shop"/);
    await tmux.keys('Escape');
    await tmux.sees(/nightly-report +app /);

    await tmux.keys('p');
    await tmux.sees(/PAUSED/);
    const another = await open('postgres', as('latecomer'));
    await tmux.seesNot(/latecomer/);
    await tmux.keys('p');
    await tmux.sees(/latecomer/);
    await another.end();
    await tmux.seesNot(/latecomer/);

    await tmux.keys('h');
    await tmux.sees(/start the high-water marks anew/);
    await tmux.keys('x', 'q');
    expect(await ended(0)).toMatch(/\d+ looks?,.* at most \d+ of \d+ usable/);
  });

  test('counts what the server counts, on any size of terminal', async () => {
    await tmux.resize(160, 45);
    await watch();
    const [{ taken } = {}] = await boss.rows(
      `SELECT count(*)::int AS taken FROM pg_stat_activity WHERE backend_type = 'client backend'`,
    );
    await tmux.sees(new RegExp(`Connections +${taken}/\\d+ usable \\(\\d+ max, \\d+ reserved\\)`));
    await tmux.resize(40, 10);
    const text = await tmux.sees(new RegExp(`^ ?${taken}/\\d+ usable.*shop-web`, 'ms'));
    expect(text.trimEnd().split('\n')).toHaveLength(10);
    expect(text).toMatch(/q quit/);
    await tmux.resize(80, 24);
    await tmux.sees(/Connections +\d+\/\d+ usable/);
    await tmux.keys('q');
    await ended(0);
  });

  test('gives the terminal to the shell while it is stopped, and takes it again', async () => {
    await watch();
    await tmux.keys('C-z');
    await tmux.sees(/Stopped/);
    expect(await tmux.modes()).toEqual({ isWhole: false, hasCursor: true });
    await tmux.run('echo "the shell has it"; fg; echo "exit $?"');
    await tmux.sees(/shop-web /);
    expect(await tmux.modes()).toEqual({ isWhole: true, hasCursor: false });
    await tmux.keys('s');
    await tmux.sees(/ACTIVE▼/);
    await tmux.keys('C-c');
    expect(await ended(130)).toMatch(/\d+ looks?/);
  });

  test('leaves the terminal as it was after SIGTERM and SIGHUP, after two signals, and after a crash', async () => {
    for (const [signals, exitCode, said] of [
      [['SIGTERM'], 143, /\d+ looks?/],
      [['SIGHUP'], 129, /\d+ looks?/],
      [['SIGINT', 'SIGINT'], 130, /^exit/m],
      [['SIGUSR2'], 4, /bug: poolctl .* hit an unexpected error: [\s\S]*made/],
    ] as const) {
      await tmux.run('clear');
      // That of the run before.
      await tmux.seesNot(/usable/);
      await watch();
      const pid = await tmux.child();
      const [first, ...more] = signals;
      process.kill(pid, first);
      // It may be gone by then.
      for (const signal of more) killIfThere(pid, signal);
      expect(await ended(exitCode)).toMatch(said);
    }
  });

  test('has several targets side by side, those in trouble first, and the pools of PgBouncer', async ({ skip }) => {
    const pooler = inject('pgbouncer');
    if (!pooler?.available) return skip(pooler?.reason);
    // Its pool has 5 connections.
    const clients = await openAll(8, 'postgres', ordinary(pooler));
    for (const client of clients) client.rows('SELECT pg_sleep(600)').catch(() => {});
    const console = dsn('postgres', { ...admin(pooler), database: 'pgbouncer' });
    await tmux.resize(100, 40);
    await watch(`shop=$DATABASE_URL pooler='${console}' gone=postgres://app@127.0.0.1:1/app`, /3 targets/);
    await tmux.sees(/3 targets: 1 not reached.*▸ gone +unreachable\b.*── gone ─+\n.*Nothing listens/s);
    await tmux.keys('/');
    await tmux.keys('p', 'o', 'o', 'l', 'e', 'r', 'Enter');
    await tmux.sees(/▸ pooler +(?:up|WARN [\w-]+) +\d+\/50 /);
    await tmux.keys('Enter');
    await tmux.sees(/pooler \(2 of 3\) · PgBouncer/);
    await tmux.sees(/Pool waiters +3 clients wait for a connection, the first for \d/);
    await tmux.sees(/WAITING▼ .*\n▸ +3 +\d.* s +8 +5\/5 /);
    await tmux.keys('q');
    await ended(0);
    // First the clients: of those that wait, the next would have its turn when one is ended.
    await endAll(clients);
    await vi.waitFor(async () => {
      const ended = await boss.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'",
      );
      expect(ended).toEqual([]);
    });
  });

  test('writes lines where the terminal is dumb', async () => {
    await tmux.run('TERM=dumb node bin/poolctl watch --interval 200ms --for 1s; echo "exit $?"');
    const text = await tmux.sees(/^exit 0$/m);
    expect(text).toMatch(/Z .* usable \(\d+ max, \d+ reserved\)/);
    expect(await tmux.modes()).toEqual({ isWhole: false, hasCursor: true });
  });
});

function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' });
  }
}
