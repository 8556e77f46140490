import { join } from 'node:path';
import { cached } from './cache.ts';
import { unpackDebian } from './debian.ts';

const packages = [
  ...['libtomcat10-java', 'libc3p0-java', 'libhikaricp-java', 'libcommons-dbcp2-java', 'libcommons-pool2-java'],
  ...['libcommons-logging-java', 'libslf4j-java', 'libpostgresql-jdbc-java', 'libmariadb-java'],
];

/** The class path of pools and drivers of Debian, unpacked and not installed. */
export async function debianJars(names: readonly string[]): Promise<string> {
  const folder = await cached('jvm-pools-and-drivers', async (target) => {
    for (const name of packages) await unpackDebian(name, target);
  });
  return names.map((name) => join(folder, 'usr/share/java', `${name}.jar`)).join(':');
}
