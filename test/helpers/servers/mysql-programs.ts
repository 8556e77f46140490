import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox } from '../../../src/embedded/sandbox.ts';
import { cached } from './cache.ts';
import { unpackDebian } from './debian.ts';
import { Unavailable } from './engine.ts';
import { ownLoader } from './own-loader.ts';

export interface MysqlPrograms {
  /** `mysqld` with the options that tell it where its own files are. */
  readonly mysqld: readonly [string, ...string[]];
  /** A data folder that was never used: its only account is root, who has no password. */
  readonly template: string;
}

/** Small and careless about crashes, for speed. Without native AIO, of which containers often have none left. */
export const storage = [
  '--innodb-buffer-pool-size=16M',
  '--innodb-redo-log-capacity=8M',
  '--innodb-log-buffer-size=1M',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--innodb-doublewrite=OFF',
  '--innodb-use-native-aio=OFF',
  '--table-open-cache=200',
  '--table-definition-cache=400',
  '--skip-log-bin',
];

/** Debian has MySQL only in its unstable release, whose C library is newer than most machines'. */
export async function mysqlPrograms(): Promise<MysqlPrograms> {
  try {
    return within(await cached(`mysql-${process.arch}`, build));
  } catch (error) {
    if (error instanceof Unavailable) throw new Unavailable(`MySQL cannot be fetched: ${error.message}`);
    console.error(error instanceof Error ? error.message : error);
    throw new Unavailable('MySQL could not be fetched from Debian unstable');
  }
}

function within(folder: string): MysqlPrograms {
  const file = (path: string) => join(folder, 'usr', path);
  const files = [
    `--basedir=${file('')}`,
    `--lc-messages-dir=${file('share/mysql')}`,
    `--character-sets-dir=${file('share/mysql/charsets')}`,
    `--plugin-dir=${file('lib/mysql/plugin')}`,
    '--secure-file-priv=NULL', // Debian's default is a folder that only its full package makes.
  ];
  return {
    mysqld: [...ownLoader(folder, 'usr/sbin/mysqld'), '--no-defaults', ...files],
    template: join(folder, 'data'),
  };
}

async function build(folder: string): Promise<void> {
  console.log('live: fetching MySQL from Debian unstable');
  await unpackDebian('mysql-server-core', folder, 'sid');
  rmSync(join(folder, 'usr', 'bin'), { recursive: true, force: true });
  const sandbox = new Sandbox('mysql-template');
  try {
    const data = join(sandbox.folder, 'data');
    const { mysqld, template } = within(folder);
    const [command, ...args] = mysqld;
    await sandbox.run(command, [...args, ...storage, '--initialize-insecure', `--datadir=${data}`]);
    cpSync(data, template, { recursive: true });
  } finally {
    await sandbox.remove();
  }
}
