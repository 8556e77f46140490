import type { Abstract, ClassValue, Evaluator, Frame, InstanceValue } from './abstract.ts';
import { baseObject } from './bases.ts';
import { elementOf } from './builtins.ts';
import { classMember } from './classes.ts';
import { libraryProperty } from './libraries.ts';
import { each, either, scalar, unresolved } from './make.ts';

/** `of.name`. */
export function memberOf(of: Abstract, name: string, frame: Frame, evaluator: Evaluator): Abstract {
  return each(of, (one) => {
    switch (one.kind) {
      case 'object': {
        const property = one.properties.get(name);
        if (property) return property.value();
        return one.opaque === undefined ? scalar(undefined) : unresolved(one.opaque);
      }
      case 'list':
        return elementOf(one, name);
      case 'namespace':
        return evaluator.exported(one.module, name, one.hops);
      case 'external':
        return name === 'env' && /^(?:import\.meta|bun|process)$/.test(one.package)
          ? { kind: 'environment' }
          : { ...one, path: [...one.path, name] };
      case 'environment':
        return evaluator.environment(name, frame);
      case 'instance':
      case 'class':
        return classMember(one, name, evaluator) ?? ofBase(one, name, evaluator);
      case 'library':
        return libraryProperty(one, name) ?? unresolved(`${name} of an object of ${one.object.library}`);
      case 'unknown':
        return one.missing ? unresolved(one.why, { origins: one.origins }) : one;
      default:
        return unresolved(`${name} of something that is no object in sight`);
    }
  });
}

/** What a class has from the class of a library that it extends. */
function ofBase(of: InstanceValue | ClassValue, name: string, evaluator: Evaluator): Abstract {
  const base = baseObject(of, evaluator);
  return (base && libraryProperty(base, name)) ?? unresolved(`the class has no ${name} in sight`);
}

/** Names that a project gives its environments. */
const environments = /^(?:prod(?:uction)?|dev(?:elopment)?|test(?:ing)?|stag(?:e|ing)|local|ci|qa|uat|sandbox)$/;

/** `config[env]`, where nobody knows `env`: one of the properties; each knows of which environment it is. */
export function someMember(of: Abstract): Abstract {
  return each(of, (one) => {
    const chosen = environmentsOf(one);
    if (chosen !== one) return chosen;
    if (one.kind !== 'object' || one.properties.size === 0 || one.opaque !== undefined)
      return unresolved('the name of a property is not known');
    return either([...one.properties.values()].map((property) => property.value()));
  });
}

/** The objects under keys that are names of environments, each with its name; the value itself where it has no such keys. */
export function environmentsOf(value: Abstract): Abstract {
  if (value.kind !== 'object') return value;
  const found = [...value.properties].flatMap(([name, property]) => {
    const options = environments.test(name) ? property.value() : undefined;
    return options?.kind === 'object' ? [{ ...options, environment: name }] : [];
  });
  return found.length > 0 ? either(found) : value;
}
