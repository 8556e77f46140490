import type { ArrowFunctionExpression, Class, Function as FunctionNode } from '@oxc-project/types';
import type { SourceSpan } from '../../source-span.ts';
import type { Origin, Scalar } from '../../value.ts';
import type { Node } from '../code-file.ts';
import type { LibraryObject } from '../library-object.ts';
import type { Module } from '../modules.ts';
import type { Variable } from '../scopes/variable.ts';

/** What an expression of the code comes to, as far as it can be seen without running it. */
export type Abstract =
  | ScalarValue
  | ObjectValue
  | ListValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | NamespaceValue
  | ExternalValue
  | LibraryValue
  | EnvironmentValue
  | SchemaValue
  | EitherValue
  | UnknownAbstract;

/** A plain value; `undefined` is one too. */
export interface ScalarValue {
  readonly kind: 'scalar';
  readonly value: Scalar | undefined;
  /** Nearest first. */
  readonly origins: readonly Origin[];
}

export interface Property {
  readonly value: () => Abstract;
  /** The whole entry, key and value. */
  readonly place: SourceSpan;
  readonly keyPlace: SourceSpan;
}

export interface ObjectValue {
  readonly kind: 'object';
  readonly properties: ReadonlyMap<string, Property>;
  /** Why it may have more properties, or other ones, than these. */
  readonly opaque?: string;
  readonly place?: SourceSpan;
  /** The key that it stands under where the keys are environments: `production`. */
  readonly environment?: string;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly (() => Abstract)[];
  readonly opaque?: string;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly node: FunctionNode | ArrowFunctionExpression;
  readonly frame: Frame;
  /** The name that `registerAs` of NestJS gives to the settings that it returns. */
  readonly namespace?: string;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly node: Class;
  readonly frame: Frame;
}

export interface InstanceValue {
  readonly kind: 'instance';
  readonly of: ClassValue;
  /** What the constructor was given; undefined where nobody in sight calls it. */
  readonly args?: readonly Abstract[];
}

/** Everything that a file of the project exports. */
export interface NamespaceValue {
  readonly kind: 'namespace';
  readonly module: Module;
  readonly hops: number;
}

/** What a package exports: all of it, or what stands at a path in it. */
export interface ExternalValue {
  readonly kind: 'external';
  readonly package: string;
  /** What stands behind the name of the package in the import: `promise` of `mysql2/promise`. */
  readonly subpath: string;
  readonly path: readonly string[];
}

export interface LibraryValue {
  readonly kind: 'library';
  readonly object: LibraryObject;
}

/** All variables of the environment, as an object, a map or the service of a framework. */
export interface EnvironmentValue {
  readonly kind: 'environment';
}

/** A schema that reads variables of the environment: zod, joi, envalid. */
export interface SchemaValue {
  readonly kind: 'schema';
  readonly fields?: ObjectValue;
  readonly default?: Abstract;
  readonly isNumber?: boolean;
}

/** One of these, and nothing else. */
export interface EitherValue {
  readonly kind: 'either';
  readonly values: readonly Exclude<Abstract, EitherValue>[];
}

export interface UnknownAbstract {
  readonly kind: 'unknown';
  readonly why: string;
  readonly origins: readonly Origin[];
  /** A variable of the environment that no file sets, and what the expression comes to where it really is not set. */
  readonly missing?: { readonly name: string; readonly value: Scalar | undefined };
  /** A text of which parts are known: `…` stands for each of the others. */
  readonly partial?: string;
  /** The package that made it, or a part of it: `stripe` of `new Stripe(key).charges`. What a promise comes to has none. */
  readonly package?: string | undefined;
}

/** Where an expression is evaluated: its file, and what the parameters and `this` of the call in hand are. */
export interface Frame {
  readonly module: Module;
  readonly bindings?: ReadonlyMap<Variable, Abstract>;
  readonly self?: Abstract;
  /** Files between this one and the one that asks. */
  readonly hops: number;
}

/** The parts of the evaluator call each other through it, so that no file needs two of the others. */
export interface Evaluator {
  evaluate(node: Node, frame: Frame): Abstract;
  variable(variable: Variable, frame: Frame): Abstract;
  /** `of.name`, also of a class, a module or an object of a library. */
  member(of: Abstract, name: string, frame: Frame): Abstract;
  /** A function of the project, called with these. */
  call(callee: FunctionValue, args: readonly Abstract[]): Abstract;
  /** What a value of this type is; undefined where the type says nothing. */
  typed(type: Node, frame: Frame): Abstract | undefined;
  exported(module: Module, name: string, hops: number): Abstract;
  imported(specifier: string, frame: Frame): Abstract;
  /** The value of a variable of the environment. */
  environment(name: string, frame: Frame): Abstract;
}
