import { describe, expect, it } from 'vitest';
import { readPool } from '../../../src/convert/run.ts';

/** What a file comes to, or why it is refused. */
const read = async (text: string, file: string): Promise<unknown> =>
  readPool({ text, file }).then(
    ({ settings }) => settings.connectionLimit,
    ({ message }: Error) => message,
  );

describe('files as projects have them', () => {
  it('never has defaults in the place of options below a prefix of the application', async () => {
    expect(await read('test.initialSize=2\ntest.maxActive=12\ntest.maxWait=4000\n', 'druid.properties')).toBe(12);
  });

  it('tells data sources apart that Druid options are nested for', async () => {
    const text = ['', 'orders.', 'stock.'].map((name, at) => `spring.datasource.druid.${name}max-active=${at + 5}`);
    expect(await read(text.join('\n'), 'application.properties')).toContain(
      'orders (6 connections); stock (7 connections)',
    );
  });

  it('reads a user of pgcat by whatever name its table has', async () => {
    const text = `
[pools.shop]
pool_mode = "transaction"
[pools.shop.shards.0]
servers = [["db", 5432, "primary"]]
database = "shop"
[pools.shop.users.web]
username = "web"
pool_size = 70
`;
    expect(await read(text, 'pgcat.toml')).toBe(70);
  });

  it.each([
    'args.update({"pool_size": settings.SIZE})',
    'args["pool_size"] = settings.SIZE',
    'args |= {"pool_size": settings.SIZE}',
  ])('does not know a dictionary of Python that is altered later: %s', async (change) => {
    const text = `from sqlalchemy import create_engine
args = {"echo": False}
${change}
engine = create_engine("postgresql://db/app", **args)
`;
    expect(await read(text, 'db.py')).toContain('options come from elsewhere (**)');
  });

  it('takes no code for settings, where it makes no pool', async () => {
    expect(await read('pool_size = 5\nprint(pool_size)\n', 'app.py')).toBe(
      'app.py makes no pool that poolctl knows, as Python. Line 1 has pool_size 5.',
    );
    expect(await read('fn main() {}\n', 'main.rs')).toBe('main.rs makes no pool that poolctl knows, as Rust.');
  });

  it('reads a Repo of Ecto by whatever name it has', async () => {
    expect(await read('import Config\n\nconfig :app, App.RepoBase,\n  pool_size: 22\n', 'config/prod.exs')).toBe(22);
  });
});
