import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../src/embedded/port.ts';
import { randomSecret, Sandbox } from '../../../src/embedded/sandbox.ts';
import { copyData } from './cache.ts';
import type { Engine } from './engine.ts';
import { adminSql, asAdmin, limited, mysqlFamily, options } from './mysql-family.ts';
import { mysqlPrograms, storage } from './mysql-programs.ts';
import { ServerProcess } from './server-process.ts';

export const mysql: Engine = {
  ...mysqlFamily,
  name: 'MySQL',
  urlVariable: 'POOLCTL_TEST_MYSQL_URL',
  optional: true,

  async start(cleanup, { settings = {}, openFiles }) {
    const { mysqld, template } = await mysqlPrograms();
    const sandbox = new Sandbox('mysql');
    cleanup.atEnd(() => sandbox.remove());
    const file = (name: string) => join(sandbox.folder, name);
    const login = { host: '127.0.0.1', port: await freePort(), user: 'admin', password: randomSecret() };
    const admin = { ...login, socketPath: file('socket') };
    await copyData(template, file('data'));
    // Its server_uuid, which a replica and its source must not share.
    rmSync(join(file('data'), 'auto.cnf'), { force: true });
    writeFileSync(file('init.sql'), [...adminSql(admin), 'DROP USER root@localhost;', ''].join('\n'));
    sandbox.handOver(sandbox.folder);
    const [command, ...args] = mysqld;
    const files = [`--datadir=${file('data')}`, `--tmpdir=${sandbox.folder}`, `--init-file=${file('init.sql')}`];
    const network = [
      '--bind-address=127.0.0.1',
      `--port=${admin.port}`,
      `--socket=${admin.socketPath}`,
      '--mysqlx=OFF',
    ];
    const all = [...args, ...storage, ...files, ...network, `--pid-file=${file('pid')}`, ...options(settings)];
    const server = new ServerProcess(
      sandbox,
      { stop: 'SIGTERM', kill: 'SIGKILL' },
      ...limited(openFiles, command, all),
    );
    cleanup.atEnd(() => server.stop());
    await server.ready(() => asAdmin(admin, async () => {}));
    return { admin, caFile: join(file('data'), 'ca.pem'), process: server };
  },
};
