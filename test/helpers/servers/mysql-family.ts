import mysql from 'mysql2/promise';
import type { Engine, Login } from './engine.ts';

/** What MariaDB and MySQL have in common. */
export const mysqlFamily: Pick<Engine, 'defaultPort' | 'createUser' | 'dropUser'> = {
  defaultPort: 3306,

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

/** The SQL that creates the admin. */
export function adminSql({ user, password }: Login): string[] {
  return [
    `CREATE USER '${user}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${user}'@'%' WITH GRANT OPTION;`,
  ];
}

export async function asAdmin<T>(admin: Login, work: (connection: mysql.Connection) => Promise<T>): Promise<T> {
  const connection = await mysql.createConnection({ ...admin });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

/** As options of the command line; an underscore in a name may be a hyphen there. */
export function options(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

/** With the operating system's limit of open files. */
export function limited(
  openFiles: number | undefined,
  command: string,
  args: readonly string[],
): [string, readonly string[]] {
  return openFiles === undefined
    ? [command, args]
    : ['/bin/sh', ['-c', `ulimit -n ${openFiles} && exec "$0" "$@"`, command, ...args]];
}
