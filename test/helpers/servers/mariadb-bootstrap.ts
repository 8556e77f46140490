import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Login } from './engine.ts';
import { adminSql } from './mysql-family.ts';

/**
 * The SQL that `mariadbd --bootstrap` makes a data folder from: system tables and one admin. Debian's server package
 * cannot run mariadb-install-db, which needs a program of the client package. The help texts, the `sys` schema and the
 * password-less root accounts, which that script also creates, are left out.
 */
export async function bootstrapSql(mariadbd: string, admin: Login): Promise<string> {
  const folder = await shareFolder(mariadbd);
  return [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    tables(folder, 'system_tables.sql'),
    tables(folder, 'performance_tables.sql'),
    'FLUSH PRIVILEGES;', // Until then a bootstrapping server knows no users.
    ...adminSql(admin),
    '',
  ].join('\n');
}

/** /usr/share/mysql, or /usr/share/mariadb: the server knows which. */
async function shareFolder(mariadbd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(mariadbd, ['--no-defaults', '--verbose', '--help']);
  const charsets = /^character-sets-dir\s+(\S+)/m.exec(stdout)?.[1];
  if (charsets === undefined) throw new Error(`${mariadbd} --verbose --help does not say where its SQL files are`);
  return dirname(charsets);
}

/** MariaDB 11 renamed its files. */
function tables(folder: string, name: string): string {
  const path = ['mysql', 'mariadb'].map((prefix) => join(folder, `${prefix}_${name}`)).find(existsSync);
  if (path === undefined) throw new Error(`${folder} has no mysql_${name}`);
  return readFileSync(path, 'utf8');
}
