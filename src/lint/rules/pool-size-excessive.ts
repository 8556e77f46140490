import { settingOf } from '../../declarations/setting.ts';
import { atOption, endpointWords, libraryOf } from '../pools/words.ts';
import type { FileContext } from '../project.ts';
import type { Rule } from '../rule.ts';

/** From here on no server of one machine has use for it. */
const absurd = 1_000;

/** A pool that is larger than its server, or than any server has use for. */
export const poolSizeExcessive: Rule = {
  severity: 'warn',
  *checkPool(pool, { config, profiles }) {
    const size = settingOf(pool, 'connectionLimit', profiles);
    if (size.kind !== 'set' && size.kind !== 'unlimited') return;
    const { declared, option } = size;
    const server = onlyServer(config);
    const limit = server ?? config.thresholds.connectionLimit;
    const found = size.kind === 'set' ? size.value : undefined;
    if (found !== undefined && found <= limit) return;
    yield {
      ...atOption(pool, declared),
      ...(found !== undefined && found >= absurd && { severity: 'error' as const }),
      message:
        found === undefined
          ? `${declared.name} sets no limit of connections in ${libraryOf(pool)}.`
          : `${declared.name} is ${found}: more connections than ${server === undefined ? 'a server has use for' : `the ${server} that the server lets in`}.`,
      expected: `at most ${limit}${server === undefined ? ', unless a measurement says otherwise' : ', shared by every process'}`,
      consequence: `Each process opens ${found === undefined ? 'as many connections as requests ask for' : `up to ${found} connections`}${endpointWords(pool)}: under load the database has that many statements at once, all of them slower, and the next process is refused.`,
      fix: `Set ${option.name} to what the load needs; \`poolctl size\` works it out.`,
    };
  },
};

/** The limit of the server, where the configuration declares one server only, so that it is beyond doubt which. */
function onlyServer({ servers }: FileContext['config']): number | undefined {
  const [only, second] = Object.values(servers);
  return second === undefined && only?.maxConnections !== undefined
    ? only.maxConnections - (only.reserved ?? 0) - (only.others ?? 0)
    : undefined;
}
