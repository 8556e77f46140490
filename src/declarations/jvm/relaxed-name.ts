import { uniformName } from '../sections.ts';

/**
 * The option that Spring Boot binds a key to: `max-active`, `maxActive` and `max_active` are one. What is below a dot is as
 * it stands.
 */
export function relaxedName(key: string, known: readonly string[]): string {
  const [head = '', ...tail] = key.split('.');
  const name = known.find((candidate) => uniformName(candidate) === uniformName(head)) ?? camelCased(head);
  return [name, ...tail].join('.');
}

function camelCased(name: string): string {
  return name.replace(/[-_]+([a-zA-Z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
