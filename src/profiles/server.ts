import * as v from 'valibot';
import { bytes, count, countOrZero, durationMs, ratio, text } from '../documents/yaml-fields.ts';
import { amount, confidence, fact, hint, refusal, remark, setting, source, timeLimit } from './fields.ts';

const classRow = v.strictObject({
  /** The provider's name for it, or several names for the same limits. */
  class: v.union([text, v.array(text)]),
  vcpu: v.optional(amount),
  memoryGib: v.optional(amount),
  maxConnections: count,
  /** How far the provider lets `max_connections` be raised. */
  settableMax: v.optional(count),
  /** Clients that the provider's own pooler takes at this size. */
  poolerMaxClients: v.optional(count),
  /** Key in `sources`; the table's own source when left out. */
  source: v.optional(text),
  note: v.optional(text),
});

const stepRow = v.strictObject({
  from: amount,
  memoryGib: v.optional(amount),
  maxConnections: count,
  source: v.optional(text),
  note: v.optional(text),
});

/** How trustworthy a table is when its rows are computed from the source, not printed by it. */
const tableConfidence = v.optional(confidence);

/** A database server or managed flavour: what limits connections and what a connection costs. */
export const serverSchema = v.strictObject({
  title: text,
  engine: v.picklist(['postgres', 'mysql', 'mariadb']),
  /** The versions that were run for this profile; for other versions it has what was read. */
  versionsTested: v.optional(v.array(text)),
  /** The limit where no class is chosen. Left out where only a class (or the server itself) can tell. */
  maxConnections: v.optional(v.strictObject({ value: count, source: text, note: v.optional(text) })),
  /** Slots that an ordinary role cannot have, each named as the server or provider names it. */
  reserved: v.optional(v.array(v.strictObject({ name: text, connections: countOrZero, source: text }))),
  /** What an application may open, in the server's own terms; lower limits of a role or database come on top. */
  budget: v.optional(fact({ expression: text, atMost: v.array(text) })),
  /** Sessions that are not the application's: do they take slots of `max_connections`? */
  otherSessions: v.optional(v.array(fact({ name: text, takesSlots: v.boolean() }))),
  /** What one connection costs the server: an engine's own profile has it, a managed flavour inherits its engine's. */
  memoryPerConnection: v.optional(
    v.strictObject({
      typical: bytes,
      low: bytes,
      high: bytes,
      source: text,
      note: v.optional(text),
      /** Single readings: one number (`memory`), or a range of which an end may be open. */
      measured: v.optional(
        v.array(
          fact({
            state: text,
            memory: v.optional(bytes),
            from: v.optional(bytes),
            to: v.optional(bytes),
            by: v.optional(text),
          }),
        ),
      ),
      /** The most memory that the buffers of one connection can take: allocated on demand, so rarely all at once. */
      ceiling: v.optional(fact({ expression: text, value: bytes, withTemporaryTables: bytes })),
    }),
  ),
  /** What a login takes nearby, without its round trips: alone, and what each more adds while several are under way. */
  login: v.optional(fact({ alone: durationMs, further: durationMs })),
  classes: v.optional(
    v.strictObject({ source: text, confidence: tableConfidence, note: v.optional(text), rows: v.array(classRow) }),
  ),
  /** A limit that grows with a size: the row with the largest `from` that is not above the size given. */
  steps: v.optional(
    v.strictObject({
      unit: v.picklist(['GiB', 'CU', 'ACU']),
      source: text,
      confidence: tableConfidence,
      note: v.optional(text),
      /** A provider's class name that carries the size in its first group, in units of 1/`perUnit`. */
      className: v.optional(v.strictObject({ pattern: text, perUnit: amount })),
      rows: v.array(stepRow),
    }),
  ),
  /** How the provider arrives at a limit, for sizes that no table has. */
  formulas: v.optional(
    v.strictObject({
      maxConnections: v.optional(
        fact({
          expression: text,
          /** Memory that the provider allows for one connection. */
          divisorBytes: v.optional(amount),
          cap: v.optional(count),
          settableUpTo: v.optional(count),
        }),
      ),
      /** The memory that the provider's formula divides: less than the nominal memory of the class. */
      classMemory: v.optional(fact({ expression: text, fit: text })),
      /** What the provider refuses to start with. */
      memoryCheck: v.optional(fact({ expression: text })),
    }),
  ),
  /** The pooler that the provider runs beside the server. */
  pooler: v.optional(
    fact({
      /** Id in `profiles/poolers/`. */
      id: v.optional(text),
      mode: v.optional(v.picklist(['session', 'transaction', 'statement'])),
      port: v.optional(count),
      maxClients: v.optional(count),
      /** The share of `max_connections` that one pool of it (a user and a database) may open. */
      shareOfMaxConnections: v.optional(ratio),
      queryWait: v.optional(durationMs),
    }),
  ),
  /** Settings that affect connections and their memory, with the defaults of the versions tested. */
  settings: v.optional(v.record(text, setting)),
  /** How the files that the server may open lower `max_connections` at start. */
  openFilesLimit: v.optional(
    fact({
      expression: v.optional(text),
      observed: v.array(
        v.strictObject({
          version: text,
          openFiles: count,
          asked: count,
          maxConnections: count,
          tableOpenCache: v.optional(count),
          note: v.optional(text),
        }),
      ),
    }),
  ),
  refusals: v.optional(v.array(refusal)),
  /** The error that a client gets (or does not get) when the server ends its session. */
  forcedDisconnects: v.optional(
    v.array(
      fact({
        cause: text,
        errno: v.optional(count),
        sqlstate: v.optional(text),
        code: v.optional(text),
        symbol: v.optional(text),
        message: v.optional(text),
        /** The id of the symptom, where it is not a session that ended idle. */
        symptom: v.optional(text),
      }),
    ),
  ),
  timeLimits: v.optional(v.array(timeLimit)),
  /** What the server itself counts; no names where no version does. */
  counters: v.optional(
    v.strictObject({
      refused: v.optional(fact({ names: v.array(text) })),
      highWater: v.optional(fact({ names: v.array(text) })),
    }),
  ),
  statistics: v.optional(
    v.strictObject({
      /** How late the counters are. */
      lag: v.optional(fact({ typical: durationMs, idleSession: durationMs })),
      /** Columns of the statement statistics that are not the same in every version. */
      statementColumns: v.optional(
        v.array(
          fact({
            versions: text,
            columns: v.optional(v.record(text, text)),
            added: v.optional(v.array(text)),
            renamed: v.optional(v.record(text, text)),
          }),
        ),
      ),
      /** Where latency percentiles can be read; nowhere, if the list is empty. */
      percentiles: v.optional(fact({ from: v.array(text) })),
      /** Where completed transactions are counted. */
      transactions: v.optional(fact({ from: v.array(text) })),
    }),
  ),
  /** What a monitoring role sees, and what to grant it. */
  privileges: v.optional(
    fact({
      grants: v.optional(v.array(text)),
      levels: v.array(v.strictObject({ needs: text, shows: v.array(text) })),
    }),
  ),
  /** How to tell the managed flavours of this engine apart, the surer first; an engine's own profile has it. */
  detection: v.optional(v.array(hint)),
  /** Whether the number of CPUs can be read through SQL, and how. */
  cpuCount: v.optional(fact({ sql: v.optional(text), expression: v.optional(text), needs: v.optional(text) })),
  notes: v.optional(v.array(remark)),
  sources: v.record(text, source),
});

export type ServerProfile = v.InferOutput<typeof serverSchema>;
