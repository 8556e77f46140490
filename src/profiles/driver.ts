import * as v from 'valibot';
import { text } from '../documents/yaml-fields.ts';
import { driverBehaviour } from './behaviour.ts';
import { driverOption, optionEvidence, optionUnits } from './driver-option.ts';

const concepts = v.strictObject({
  connectionLimit: v.optional(driverOption),
  queueLimit: v.optional(driverOption),
  acquireTimeout: v.optional(driverOption),
  connectTimeout: v.optional(driverOption),
  queryTimeout: v.optional(driverOption),
  minIdle: v.optional(driverOption),
  maxIdle: v.optional(driverOption),
  idleTimeout: v.optional(driverOption),
  maxLifetime: v.optional(driverOption),
  failFast: v.optional(driverOption),
  keepAlive: v.optional(driverOption),
  validation: v.optional(driverOption),
  leakDetection: v.optional(driverOption),
  maxUses: v.optional(driverOption),
  exitOnIdle: v.optional(driverOption),
  /** The handshake with a server that has taken the TCP connection. */
  handshakeTimeout: v.optional(driverOption),
  /** How long a pool tries to open its first connections. */
  initializationTimeout: v.optional(driverOption),
  createRetryInterval: v.optional(driverOption),
  /** Attempts to reach the database while an application starts. */
  bootRetry: v.optional(driverOption),
  interactiveTransaction: v.optional(driverOption),
  idleInTransaction: v.optional(driverOption),
  poolMode: v.optional(driverOption),
});

const always = ['connectionLimit', 'queueLimit', 'acquireTimeout', 'connectTimeout', 'queryTimeout'] as const;

/** Something that happens, as the caller sees it. */
const failure = v.strictObject({
  class: v.optional(text),
  code: v.optional(text),
  /** Parts in angle brackets differ from case to case. */
  message: v.optional(text),
  when: v.optional(text),
  /** The id of the symptom, where it is not that the pool had no connection in time. */
  symptom: v.optional(text),
  /** Others use the same words: the message is a whole one, and no part of another. */
  alone: v.optional(v.literal(true)),
});

/** A client pool, ORM or pooler: its options by our names of the concepts, and its traps. */
export const driverSchema = v.pipe(
  v.strictObject({
    title: text,
    versions: v.array(text),
    /** The call, object or file that takes the options. */
    optionsOf: text,
    /** The servers that it talks to, where these are not all three. */
    engines: v.optional(v.array(v.picklist(['postgres', 'mysql', 'mariadb']))),
    /** Ids of the drivers whose pool it uses: what is not said here is as they say, for the one in use. */
    wraps: v.optional(v.array(text)),
    /** Options below which everything goes to a driver unchanged, as the options of a pool or of one connection. */
    handsOn: v.optional(
      v.array(v.strictObject({ option: text, to: v.array(text), as: v.picklist(['pool', 'connection']) })),
    ),
    options: concepts,
    /** Options that are no setting of a pool. */
    others: v.optional(
      v.array(
        v.strictObject({ names: v.array(text), since: v.optional(text), until: v.optional(text), ...optionEvidence }),
      ),
    ),
    /** `options` and `others` are all the names that there are: another one does nothing. */
    namesAreComplete: v.optional(v.boolean()),
    atExhaustion: v.strictObject({ text, errors: v.optional(v.array(failure)), ...optionEvidence }),
    unknownOptions: v.strictObject({
      text,
      /** One row for each place that an option can be written in, if they differ. */
      does: v.array(
        v.strictObject({
          at: v.optional(text),
          does: v.picklist(['ignored', 'warning', 'error', 'as the driver', 'sent to the server', 'not known']),
          message: v.optional(text),
        }),
      ),
      ...optionEvidence,
    }),
    /** What it does that no option tells; what is left out is as the drivers that it wraps say. */
    behaviour: v.optional(driverBehaviour),
    liveStatistics: v.strictObject({ text, ...optionEvidence }),
    /** What becomes of the process and of the pool when the server ends its sessions, as a restart or a failover does. */
    whenSessionsEnd: v.optional(v.strictObject({ text, ...optionEvidence })),
    /** What a connection URL can set. */
    url: v.optional(
      v.strictObject({
        text,
        /** The parameters that matter to a pool; `any` where each option can be one. */
        parameters: v.optional(
          v.union([
            v.literal('any'),
            v.array(v.strictObject({ name: text, unit: v.optional(optionUnits), note: v.optional(text) })),
          ]),
        ),
        /** Parameters that look right and do nothing. */
        ignored: v.optional(v.array(text)),
        ...optionEvidence,
      }),
    ),
    /** What its types make of a wrong option in an object literal. */
    typescript: v.optional(
      v.strictObject({
        rejects: v.optional(v.array(text)),
        /** Options that are wrong and compile. */
        accepts: v.optional(v.array(v.strictObject({ option: text, but: text }))),
        ...optionEvidence,
      }),
    ),
    /** Settings that a PostgreSQL client sends when it connects; a pooler may turn the connection away for one. */
    startupParameters: v.optional(
      v.strictObject({
        text,
        sends: v.optional(v.array(text)),
        /** Those of them that are sent by default. */
        byDefault: v.optional(v.array(text)),
        accepts: v.optional(v.array(text)),
        rejects: v.optional(v.array(text)),
        ...optionEvidence,
      }),
    ),
    hazards: v.array(text),
  }),
  v.check(
    ({ options, wraps }) => wraps !== undefined || always.every((concept) => options[concept] !== undefined),
    `needs ${always.join(', ')} in \`options\`, or \`wraps\``,
  ),
);

export type DriverProfile = v.InferOutput<typeof driverSchema>;

/** What only people read, and what only the answers on a driver count with. */
export const besideOptions = ['behaviour', 'hazards', 'liveStatistics', 'whenSessionsEnd'] as const;

/** What a declared pool is judged by. */
export type DriverOptions = Omit<DriverProfile, (typeof besideOptions)[number]>;
