import { join } from 'node:path';
import { freePort } from '../../../src/embedded/port.ts';
import { randomSecret, Sandbox } from '../../../src/embedded/sandbox.ts';
import { makeCertificate } from './certificate.ts';
import type { Engine } from './engine.ts';
import { bootstrapSql } from './mariadb-bootstrap.ts';
import { mariadbProgram } from './mariadb-program.ts';
import { asAdmin, limited, mysqlFamily, options } from './mysql-family.ts';
import { ServerProcess } from './server-process.ts';

/** Small and careless about crashes, for speed. Without native AIO, of which containers often have none left. */
const storage = [
  '--innodb-buffer-pool-size=16M',
  '--innodb-log-file-size=8M',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--innodb-doublewrite=0',
  '--innodb-use-native-aio=0',
  '--table-open-cache=200',
];

export const mariadb: Engine = {
  ...mysqlFamily,
  name: 'MariaDB',
  urlVariable: 'POOLCTL_TEST_MARIADB_URL',

  async start(cleanup, { settings = {}, openFiles }) {
    const command = await mariadbProgram();
    const sandbox = new Sandbox('mariadb');
    cleanup.atEnd(() => sandbox.remove());
    const login = { host: '127.0.0.1', port: await freePort(), user: 'admin', password: randomSecret() };
    const admin = { ...login, socketPath: join(sandbox.folder, 'socket') };
    // A server that starts deletes all temporary tables in its tmpdir; in /tmp those of other servers too.
    const common = ['--no-defaults', '--datadir=.', '--tmpdir=.', ...storage];
    await sandbox.run(command, [...common, '--bootstrap', '--silent-startup'], await bootstrapSql(command, admin));
    const { caFile, certFile, keyFile } = await makeCertificate(sandbox);
    const args = [
      ...common,
      '--bind-address=127.0.0.1',
      `--port=${admin.port}`,
      `--socket=${admin.socketPath}`,
      '--skip-name-resolve',
      `--ssl-cert=${certFile}`,
      `--ssl-key=${keyFile}`,
      '--max-connections=151',
      '--character-set-server=utf8mb4',
      ...options(settings),
    ];
    const server = new ServerProcess(
      sandbox,
      { stop: 'SIGTERM', kill: 'SIGKILL' },
      ...limited(openFiles, command, args),
    );
    cleanup.atEnd(() => server.stop());
    await server.ready(() => asAdmin(admin, async () => {}));
    return { admin, caFile, process: server };
  },
};
