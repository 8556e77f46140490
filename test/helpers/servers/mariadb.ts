import { join } from 'node:path';
import mysql from 'mysql2/promise';
import type { Engine, Login } from './engine.ts';
import { bootstrapSql } from './mariadb-bootstrap.ts';
import { mariadbProgram } from './mariadb-program.ts';
import { freePort } from './port.ts';
import { Sandbox } from './sandbox.ts';
import { randomSecret } from './secret.ts';
import { ServerProcess } from './server-process.ts';
import { atEnd } from './teardown.ts';

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
  name: 'MariaDB',
  urlVariable: 'POOLCTL_TEST_MARIADB_URL',
  defaultPort: 3306,

  async start() {
    const command = await mariadbProgram();
    const admin = { host: '127.0.0.1', port: await freePort(), user: 'admin', password: randomSecret() };
    const sandbox = new Sandbox('mariadb');
    atEnd(() => sandbox.remove());
    // A server that starts deletes all temporary tables in its tmpdir; in /tmp those of other servers too.
    const common = ['--no-defaults', '--datadir=.', '--tmpdir=.', ...storage];
    const sql = await bootstrapSql(command, admin.user, admin.password);
    await sandbox.run(command, [...common, '--bootstrap', '--silent-startup'], sql);
    const args = [
      ...common,
      ...network(sandbox, admin.port),
      '--max-connections=151',
      '--character-set-server=utf8mb4',
    ];
    const server = new ServerProcess(sandbox, { stop: 'SIGTERM', kill: 'SIGKILL' }, command, args);
    atEnd(() => server.stop());
    await server.ready(() => asAdmin(admin, async () => {}));
    return admin;
  },

  createUser(admin, name, password) {
    return asAdmin(admin, async (connection) => {
      await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
      await connection.query(`CREATE USER '${name}'@'%' IDENTIFIED BY '${password}'`);
      await connection.query(`GRANT ALL PRIVILEGES ON ${name}.* TO '${name}'@'%'`);
      const [rows] =
        await connection.query<({ version: string } & mysql.RowDataPacket)[]>('SELECT VERSION() AS version');
      return String(rows[0]?.version);
    });
  },

  dropUser(admin, name) {
    return asAdmin(admin, async (connection) => {
      await connection.query(`DROP DATABASE IF EXISTS ${name}`);
      await connection.query(`DROP USER IF EXISTS '${name}'@'%'`);
    });
  },
};

function network(sandbox: Sandbox, port: number): string[] {
  const socket = join(sandbox.folder, 'socket');
  return ['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${socket}`, '--skip-name-resolve'];
}

async function asAdmin<T>(admin: Login, work: (connection: mysql.Connection) => Promise<T>): Promise<T> {
  const connection = await mysql.createConnection({ ...admin });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
