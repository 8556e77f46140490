/** How the lines of a file end, where most of them end so. */
export function eolOf(text: string): '\r\n' | '\n' {
  const all = text.match(/\n/g)?.length ?? 0;
  const windows = text.match(/\r\n/g)?.length ?? 0;
  return windows * 2 > all ? '\r\n' : '\n';
}

/** Whether two keys with dots mean one setting. Spring Boot takes `maximum-pool-size`, `maximumPoolSize` and more as one. */
export function isSameKey(one: string, other: string, isSpring: boolean): boolean {
  return isSpring ? uniform(one) === uniform(other) : one === other;
}

/** What stands below data-source-properties is the driver's, which has one spelling only. */
function uniform(key: string): string {
  const [, own = key, theirs = ''] = /^(.*\bdata-?source-?properties\.)(.*)$/i.exec(key) ?? [];
  return own.toLowerCase().replace(/[-_]/g, '') + theirs;
}
