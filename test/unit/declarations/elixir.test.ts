import { describe, expect, it } from 'vitest';
import { elixirPools, mayMakeElixirPools } from '../../../src/declarations/elixir/index.ts';
import { environmentOf } from '../../../src/declarations/environment.ts';
import { mostConnectionsOf } from '../../../src/declarations/most-connections.ts';
import { settingOf } from '../../../src/declarations/setting.ts';
import { longestQueueWaitMs, queueFor } from '../../../src/declarations/vocabulary/codel.ts';
import { emitSnippets } from '../../../src/emit/run.ts';
import { allDriverProfiles } from '../../../src/profiles/all-drivers.ts';

const profiles = await allDriverProfiles();

function poolsOf(text: string, others: Readonly<Record<string, string>> = {}, file = 'config/runtime.exs') {
  const texts: Readonly<Record<string, string>> = { ...others, [file]: text };
  const files = Object.entries(texts).map(([name, content]) => ({ file: name, text: content }));
  const environment = environmentOf(files, { services: [], poolers: [], notes: [] });
  return mayMakeElixirPools({ file, text })
    ? elixirPools({ file, text }, { environment, read: (name) => texts[name] })
    : [];
}

/** The pools as "name: connections", or why that is not known. */
const sizesOf = (...given: Parameters<typeof poolsOf>) =>
  poolsOf(...given).map((pool) => {
    const most = mostConnectionsOf(pool, profiles);
    return `${pool.name ?? pool.made}: ${most.kind === 'known' ? most.connections : most.why}`;
  });

const config = (options: string) => `import Config\n\nconfig :app, App.Repo,\n  ${options}\n`;

describe('a Repo of Ecto', () => {
  it.each([
    ['a literal', config('pool_size: 1_000'), '1000'],
    ['a list in brackets', 'config(:app, App.Repo, [hostname: "db", pool_size: 7])', '7'],
    ['a variable with a default', config('pool_size: String.to_integer(System.get_env("POOL_SIZE") || "12")'), '12'],
    ['another form of that', config('pool_size: System.get_env("POOL_SIZE", "8") |> String.to_integer()'), '8'],
    ['a constant of the file', `size = 6\n${config('pool_size: size')}`, '6'],
    ['the default of Ecto', config('hostname: "db"'), '10'],
    ['the URL, which wins', config('pool_size: 5,\n  url: "ecto://u:secret@db/app?pool_size=21&ssl=true"'), '21'],
  ])('has the connections of %s', (_how, text, connections) => {
    expect(sizesOf(text)).toEqual([`App.Repo: ${connections}`]);
  });

  it('has what the environment sets, and is unknown where nothing does', () => {
    const text = config('pool_size: String.to_integer(System.fetch_env!("POOL_SIZE"))');
    expect(sizesOf(text, { '.env': 'POOL_SIZE=31\n' })).toEqual(['App.Repo: 31']);
    expect(sizesOf(text)).toEqual(['App.Repo: POOL_SIZE is set in no file of the project']);
    expect(sizesOf(config('pool_size: pick()'))).toEqual(['App.Repo: pick() works it out when the application starts']);
  });

  it('has the engine by what the file names or the application depends on, and never shows a password', () => {
    const text = config('url: "ecto://u:secret@db/app",\n  password: "secret"');
    const [pool] = poolsOf(text, { 'mix.exs': 'defp deps, do: [{:myxql, "~> 0.8"}]' });
    expect(pool?.engine).toBe('mysql');
    expect(JSON.stringify(pool)).not.toContain('secret');
  });

  it('says that the other files of config/ may set more of it', () => {
    const [pool] = poolsOf(
      config('hostname: "db"'),
      { 'config/config.exs': config('pool_size: 40') },
      'config/prod.exs',
    );
    expect([pool?.environment, pool?.opaque]).toEqual(['production', 'config/config.exs sets options of App.Repo too']);
  });

  it('is each one that a file has, and nothing else that is configured', () => {
    const others = 'config :app, AppWeb.Endpoint, url: [host: "x"], http: [port: 4000]\nconfig :logger, level: :info\n';
    expect(
      sizesOf(`${others}${config('pool_size: 3')}${config('pool_size: 4').replace('App.Repo', 'App.Reports.Repo')}`),
    ).toEqual(['App.Repo: 3', 'App.Reports.Repo: 4']);
  });

  it('is one that all its blocks in a file add to, those of production among them', () => {
    const blocks = `${config('pool_size: 10, hostname: "db"')}config :app, App.Repo, queue_target: 100\n`;
    expect(sizesOf(blocks)).toEqual(['App.Repo: 10']);
    const inside = (condition: string) => `${blocks}if ${condition} do\n  config :app, App.Repo, pool_size: 2\nend\n`;
    expect(sizesOf(inside('config_env() == :prod'))).toEqual(['App.Repo: 2']);
    expect(sizesOf(inside('config_env() == :test'))).toEqual(['App.Repo: 10', 'App.Repo: 2']);
    expect(sizesOf(inside('System.get_env("SMALL")'))).toEqual(['App.Repo: 10', 'App.Repo: 2']);
  });

  it('is found without Ecto too, where a pool has one connection by default', () => {
    const text = 'children = [{Postgrex, hostname: "db", name: :db}]\n{:ok, pid} = MyXQL.start_link(pool_size: 4)\n';
    expect(sizesOf(text, {}, 'lib/app.ex')).toEqual(['Postgrex: 1', 'MyXQL.start_link: 4']);
  });

  it.each([
    'config :app, App.Repo, [[[(',
    'config :app, App.Repo, pool_size: "#{',
    'config config config :',
    '{Postgrex, ',
  ])('is no reason to fail: %s', (text) => {
    expect(() => poolsOf(`${text}\n# Repo Postgrex\n`)).not.toThrow();
  });
});

describe('the queue of DBConnection', () => {
  it('keeps a request for 6 s at the longest by default, as it was seen to', () => {
    expect(longestQueueWaitMs({ queueTargetMs: 50, queueIntervalMs: 2_000 })).toBe(6_000);
    const [pool] = poolsOf(config('pool_size: 5'));
    expect(pool && settingOf(pool, 'acquireTimeout', profiles)).toMatchObject({ kind: 'unset', value: 6_000 });
  });

  it.each([4, 10, 700, 1_000, 5_000, 60_000, 2_147_483_646])(
    'keeps none longer than %d ms by the options for that',
    (ms) => {
      expect(longestQueueWaitMs(queueFor(ms))).toBe(ms);
      expect(2 * queueFor(ms).queueTargetMs).toBeLessThan(ms);
    },
  );

  it.each(['postgres', 'mysql', 'mariadb'] as const)('is read as it is written, for %s', async (engine) => {
    const settings = {
      connectionLimit: 9,
      queueLimit: 0,
      acquireTimeoutMs: 700,
      connectTimeoutMs: 2_500,
      queryTimeoutMs: 1_500,
    };
    const { snippets } = await emitSnippets({ names: ['ecto'], settings, why: ['a reason'], engine });
    const [pool] = poolsOf(snippets[0]?.text ?? '');
    const value = (concept: Parameters<typeof settingOf>[1]) => pool && settingOf(pool, concept, profiles);
    expect(value('connectionLimit')).toMatchObject({ value: 9 });
    expect(value('acquireTimeout')).toMatchObject({ value: 700 });
    expect(value('connectTimeout')).toMatchObject({ value: 2_500 });
    expect(value('queryTimeout')).toMatchObject({ value: 1_500 });
  });
});
