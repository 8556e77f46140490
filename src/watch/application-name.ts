const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** The letters that Kubernetes makes names of: no vowels. k8s.io/apimachinery, pkg/util/rand/rand.go. */
const ofKubernetes = '[bcdfghjklmnpqrstvwxz2456789]';

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const traceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/i;

/** What names one process, and not what runs in it, with the separator before it. */
const suffixes = [
  new RegExp(`(^|[-_:.#@/ ]+)[[({]?${uuid}[\\])}]?$`, 'i'),
  new RegExp(`-${ofKubernetes}{6,10}-${ofKubernetes}{5}$`),
  // A process, wherever its number is marked as one.
  /[-_:.#@/ ]*(?:\(\d+\)|\[\d+\]|\{\d+\})$/,
  /[-_:.#@/ ]+pid[-_:.#=/ ]*\d+$/i,
  // A port, a process without a mark, the id of a container. Shorter ones, as in web-2, number instances.
  /(^|[-_:#@/ ]+)\d{3,}$/,
  /(^|[-_:.#@/ ]+)(?=[a-f]*\d)[0-9a-f]{12,64}$/i,
];

/** PostgreSQL's are of 63 bytes; MySQL's may be of thousands, over which the patterns would take seconds. */
const longest = 200;
/** The same few names come with every look. */
const mostKept = 2_000;
const kept = new Map<string, string>();

/** An application's name without what differs from process to process: as the label of a metric it would grow without limit. */
export function normalApplicationName(name: string): string {
  const before = kept.get(name);
  if (before !== undefined) return before;
  const normal = withoutSuffixes(name.slice(0, longest));
  if (kept.size >= mostKept) kept.clear();
  kept.set(name, normal);
  return normal;
}

function withoutSuffixes(name: string): string {
  if (traceparent.test(name)) return 'traceparent';
  let rest = name;
  for (let before = ''; rest !== before; ) {
    before = rest;
    for (const suffix of suffixes) rest = rest.replace(suffix, '');
  }
  return rest.trim() === '' && name.trim() !== '' ? 'id' : rest;
}
