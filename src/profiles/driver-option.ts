import * as v from 'valibot';
import { text } from '../documents/yaml-fields.ts';

/** How a value was verified: by a run, by reading the source, from documentation, or not at all. */
export const verified = v.picklist(['experiment', 'source', 'docs', 'unverified']);

/**
 * A `go-duration` is a time.Duration, or text such as `5s` in a Go DSN; a bare integer of it is ns. A `duration` is of a
 * type that says its own unit: Duration of Rust.
 */
const times = ['ms', 's', 'min', 'ns', 'go-duration', 'duration'] as const;
const amounts = ['connections', 'waiters', 'clients', 'checkouts', 'attempts', 'percent'] as const;
export const optionUnits = v.picklist([...times, ...amounts, 'boolean', 'text']);

const scalar = v.union([v.string(), v.number(), v.boolean()]);

/** What another option has to be for this one to do what it says: all of the conditions that are given. */
const need = v.pipe(
  v.strictObject({
    /** As this one is written; itself, where its own amount has to be so. */
    option: text,
    /** What newer versions call it: where it is given, the condition is taken for met. */
    or: v.optional(text),
    /** Less than the connections of the pool. */
    below: v.optional(v.literal('connectionLimit')),
    /** More than that number. */
    above: v.optional(v.number()),
    /** More than this option's own amount, by at least that many of its unit. */
    aboveBy: v.optional(v.number()),
    /** No more than this option's own amount. */
    notAboveIt: v.optional(v.literal(true)),
    /** That very value. */
    is: v.optional(scalar),
    /** What to write where the condition leaves a choice; one less than the connections for `below`. */
    write: v.optional(v.number()),
    /** "Otherwise ...". */
    otherwise: text,
    source: v.optional(text),
  }),
  v.check(
    ({ below, above, aboveBy, notAboveIt, is }) =>
      [below, above, aboveBy, notAboveIt, is].some((one) => one !== undefined),
    'needs one of `below`, `above`, `aboveBy`, `notAboveIt`, `is`',
  ),
);

/** One option, and what its values mean. */
const setting = {
  /**
   * One name, as the driver reads it; a path with dots where it stands in an object in the options: `max`,
   * `extra.queueLimit`.
   */
  option: v.optional(text),
  /** Where it is written, if not in `optionsOf`: another call, another file, a setting of the URL. */
  of: v.optional(text),
  /** The id of the driver it is for, where several can be used. */
  driver: v.optional(text),
  /** The type it has, as its language calls it. */
  type: v.optional(text),
  unit: v.optional(optionUnits),
  default: v.optional(scalar),
  /** Defaults of older versions, and what 0 did in them; newest first. */
  earlier: v.optional(v.array(v.strictObject({ versions: text, default: v.optional(scalar), zero: v.optional(text) }))),
  /** What happens where it is not given and has no default. */
  unset: v.optional(text),
  zero: v.optional(text),
  /** What a value does that is no plain amount, such as an environment variable that is empty. */
  unusual: v.optional(
    v.strictObject({
      negative: v.optional(text),
      emptyString: v.optional(text),
      numericString: v.optional(text),
      otherString: v.optional(text),
      null: v.optional(text),
      undefined: v.optional(text),
    }),
  ),
  /** The amounts that it takes, 0 aside where `zero` says something of it, and what another one does. */
  range: v.optional(
    v.pipe(
      v.strictObject({ least: v.optional(v.number()), most: v.optional(v.number()), outside: text }),
      v.check(({ least, most }) => least !== undefined || most !== undefined, 'needs `least` or `most`'),
    ),
  ),
  /** The first and the last version that has it. */
  since: v.optional(text),
  until: v.optional(text),
  /** Given with each call, not to the pool. */
  perCall: v.optional(v.boolean()),
  /** Where another option of the same setting is given too, this one decides. */
  wins: v.optional(v.boolean()),
  /** It comes on top of the main option. */
  adds: v.optional(v.boolean()),
  /** What it does nothing without. */
  needs: v.optional(v.array(need)),
};

/** What every entry of a driver's profile has. */
export const optionEvidence = { source: text, verified };

/** Where left out, as in the entry around it. */
const ownEvidence = { source: v.optional(text), verified: v.optional(verified) };

const furtherOptions = v.array(v.strictObject({ ...setting, option: text, note: v.optional(text), ...ownEvidence }));

type Scalar = string | number | boolean;
type Unit = (typeof times)[number] | (typeof amounts)[number] | 'boolean' | 'text';
type Verified = v.InferOutput<typeof verified>;

/** One option, and what its values mean; the schema above says more of each. */
interface OptionSetting {
  readonly of?: string | undefined;
  readonly driver?: string | undefined;
  readonly type?: string | undefined;
  readonly unit?: Unit | undefined;
  readonly default?: Scalar | undefined;
  readonly earlier?:
    | readonly {
        readonly versions: string;
        readonly default?: Scalar | undefined;
        readonly zero?: string | undefined;
      }[]
    | undefined;
  readonly unset?: string | undefined;
  readonly zero?: string | undefined;
  readonly unusual?:
    | Partial<
        Readonly<
          Record<
            'negative' | 'emptyString' | 'numericString' | 'otherString' | 'null' | 'undefined',
            string | undefined
          >
        >
      >
    | undefined;
  readonly range?:
    | { readonly least?: number | undefined; readonly most?: number | undefined; readonly outside: string }
    | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly perCall?: boolean | undefined;
  readonly wins?: boolean | undefined;
  readonly adds?: boolean | undefined;
  readonly needs?: readonly OptionNeed[] | undefined;
}

/** A condition on another option, or on its own amount, without which an option does nothing. */
export interface OptionNeed {
  readonly option: string;
  readonly or?: string | undefined;
  readonly below?: 'connectionLimit' | undefined;
  readonly above?: number | undefined;
  readonly aboveBy?: number | undefined;
  readonly notAboveIt?: true | undefined;
  readonly is?: Scalar | undefined;
  readonly write?: number | undefined;
  readonly otherwise: string;
  readonly source?: string | undefined;
}

/** An option beside the first one: under another name, or one that belongs to it. */
export interface FurtherOption extends OptionSetting {
  readonly option: string;
  readonly note?: string | undefined;
  readonly source?: string | undefined;
  readonly verified?: Verified | undefined;
}

/** What a driver or ORM has for one of our settings. Written by hand: inferred, the types of a profile are 500 kB. */
export interface DriverOption extends OptionSetting {
  readonly option?: string | undefined;
  readonly or?: readonly FurtherOption[] | undefined;
  readonly and?: readonly FurtherOption[] | undefined;
  readonly note?: string | undefined;
  readonly source: string;
  readonly verified: Verified;
}

/** What a driver or ORM calls a setting, in which unit, and what it does; no `option` means that it has none. */
export const driverOption: v.GenericSchema<unknown, DriverOption> = v.pipe(
  v.strictObject({
    ...setting,
    /** The same under other names, in other places or for other drivers. */
    or: v.optional(furtherOptions),
    /** What belongs to it: it does nothing without them, or they refine it. */
    and: v.optional(furtherOptions),
    note: v.optional(text),
    ...optionEvidence,
  }),
  v.check(
    ({ option, note, source, verified, ...rest }) => option !== undefined || Object.keys(rest).length === 0,
    'says something of an option and does not name it',
  ),
);
