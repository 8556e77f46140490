/** Hold times in tens: mean 45 ms, p50 8, p95 240. */
const holdsMs = [8, 8, 8, 8, 8, 30, 30, 30, 80, 240] as const;
export const meanHoldMs = 45;
const boundsSeconds = [0.01, 0.05, 0.1, 0.25] as const;

/** 2026-11-28T00:00Z: the week ends. */
export const weekEndSeconds = Date.UTC(2026, 10, 28) / 1_000;
const weekSeconds = 7 * 86_400;
const scrapeSeconds = 120;
/** Tuesday, 14:00 to 15:00. */
const peakSeconds = Date.UTC(2026, 10, 24, 14) / 1_000;
const restartSeconds = Date.UTC(2026, 10, 26, 9) / 1_000;

/** Instance a serves two thirds: 20/s, and 120/s in the peak hour; b half as many, and it is started anew on Thursday. */
const rateAt = (instance: string, seconds: number) => {
  const base = instance === 'a' ? 20 : 10;
  return seconds > peakSeconds && seconds <= peakSeconds + 3_600 ? 6 * base : base;
};

/** A week of two services, as Prometheus would have scraped them: `api` by HikariCP, `web` by OpenTelemetry with buckets. */
export function weekOfMetrics(): string {
  const samples = new Map<string, string[]>();
  const add = (family: string, suffix: string, labels: string, value: number, seconds: number) => {
    const lines = samples.get(`${family} ${suffix}${labels}`) ?? [];
    lines.push(`${family}${suffix}{${labels}} ${value} ${seconds}`);
    samples.set(`${family} ${suffix}${labels}`, lines);
  };
  for (const instance of ['a', 'b']) {
    let total = 0;
    for (let at = weekEndSeconds - weekSeconds; at <= weekEndSeconds; at += scrapeSeconds) {
      if (instance === 'b' && at === restartSeconds) total = 0;
      total += rateAt(instance, at) * scrapeSeconds;
      const api = `instance="${instance}:8080",job="api",pool="orders"`;
      add('hikaricp_connections_usage_seconds', '_count', api, total, at);
      add('hikaricp_connections_usage_seconds', '_sum', api, (total * meanHoldMs) / 1_000, at);
      const rate = rateAt(instance, at);
      add('hikaricp_connections_active', '', api, (rate * meanHoldMs) / 1_000, at);
      add('hikaricp_connections_max', '', api, 10, at);
      const web = `instance="${instance}:9464",job="web",db_client_connection_pool_name="orders"`;
      add('db_client_connection_use_time_seconds', '_count', web, total, at);
      add('db_client_connection_use_time_seconds', '_sum', web, (total * meanHoldMs) / 1_000, at);
      for (const bound of [...boundsSeconds, Infinity]) {
        const share = holdsMs.filter((ms) => ms <= 1_000 * bound).length / holdsMs.length;
        const le = bound === Infinity ? '+Inf' : String(bound);
        add('db_client_connection_use_time_seconds', '_bucket', `${web},le="${le}"`, total * share, at);
      }
    }
  }
  const lines = [...samples].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, some]) => some);
  return `${lines.join('\n')}\n# EOF\n`;
}
