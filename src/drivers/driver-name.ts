import { createRequire } from 'node:module';

/** `pg 8.23.1`: the driver that is installed, as a result of measuring through it must say. */
export function driverName(driver: 'pg' | 'mysql2'): string {
  const { version } = createRequire(import.meta.url)(`${driver}/package.json`) as { version: string };
  return `${driver} ${version}`;
}
