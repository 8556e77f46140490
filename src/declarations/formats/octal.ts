import { type DeclaredEntry, refuseFile, shownKey } from '../entry.ts';

const ofPool = /(?:^|[._-])(?:pool|hikari|datasource|tomcat|dbcp2?|druid|jdbc|timeout|max|min|idle)\w*[^.]*$/i;
const ofLogin = /(?:password|user(?:name)?|database|host|url)$/i;

/**
 * Refuses numbers of pools such as `010`, for files that a parser of YAML 1.1 reads: Psych of Ruby and SnakeYAML of Java take
 * 8, YAML 1.2 takes 10.
 * @throws PoolctlError INPUT_INVALID with file and line
 */
export function refuseOctal(entries: readonly DeclaredEntry[], text: string, file: string): void {
  for (const { key, value, valueAt, line } of entries) {
    if (typeof value !== 'number' || !ofPool.test(key) || ofLogin.test(key)) continue;
    const written = text.slice(valueAt.start, valueAt.end).trim();
    if (!/^[-+]?0[0-7_]+$/.test(written)) continue;
    const octal = Number.parseInt(written.replaceAll('_', ''), 8);
    throw refuseFile(
      file,
      line,
      `${shownKey(key)} is ${written}, which Ruby and Java read as the octal number ${octal}.`,
      `Write ${octal} if that is meant, or ${value} if that is.`,
    );
  }
}
