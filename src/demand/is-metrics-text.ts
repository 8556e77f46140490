import { isExposition } from './exposition.ts';

/** Only to choose the reader, which then looks closely: metrics of one of the kinds that `collectFromFiles` knows. */
export function isMetricsText(text: string): boolean {
  const start = text.slice(0, 2_000);
  if (/^[\s\uFEFF]*[[{]/.test(start)) {
    return (
      /"(?:status|response|resourceMetrics|MetricDataResults)"\s*:/.test(start) &&
      !/"schema"\s*:\s*"poolctl\./.test(start)
    );
  }
  return isExposition(text);
}
