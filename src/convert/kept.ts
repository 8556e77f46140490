import type { DeclaredEntry } from '../declarations/entry.ts';
import type { KnownOption } from '../declarations/options.ts';
import { uniformName } from '../declarations/sections.ts';
import type { Snippet } from '../emit/target.ts';
import type { DriverOptions } from '../profiles/driver.ts';

/** An option of the file that the target has too, because it is the same system. */
export interface KeptOption {
  readonly entry: DeclaredEntry;
  readonly option: KnownOption;
}

/** Whether a snippet of this system can have the option as it is: a number, a truth value, or one of a pooler's modes. */
export function canKeep({ value, unknown }: DeclaredEntry, { concept, perCall }: KnownOption): boolean {
  if (unknown !== undefined || perCall) return false;
  if (concept === 'poolMode') return /^(?:session|transaction|statement)$/.test(String(value));
  return typeof value !== 'string' || /^\s*(?:true|false|-?\d+(?:\.\d+)?)\s*$/.test(value);
}

/**
 * The snippet with these options in it, each beside the one that limits the connections, in the spelling of its lines. What
 * has no place there is given back.
 */
export function withKept(
  snippet: Snippet,
  kept: readonly KeptOption[],
  { options }: DriverOptions,
): { readonly snippet: Snippet; readonly added: readonly KeptOption[] } {
  const main = options.connectionLimit?.option;
  if (main === undefined || kept.length === 0) return { snippet, added: [] };
  const lines = snippet.text.split('\n');
  const at = lines.findIndex((line) => isOf(line, lastName(main)));
  const parts = partsOf(lines[at] ?? '');
  if (!parts) return { snippet, added: [] };
  const beside = kept.filter(({ option }) => folderOfName(option.name) === folderOfName(main));
  for (const { entry, option } of beside) {
    const name = spelledAs(parts.name, lastName(option.name));
    const line = `${parts.indent}${parts.prefix}${name}${parts.between}${String(entry.value).trim()}${parts.end}`;
    const before = lines.findIndex(
      (other) => isOf(other, lastName(option.name)) && partsOf(other)?.indent === parts.indent,
    );
    if (before < 0) lines.splice(at + 1, 0, line);
    else if (lines[before]?.startsWith(line)) continue;
    // What a comment above says is true of the value that was there.
    else {
      // What a comment above says is true of the value that was there.
      const from = isRemark(lines[before - 1]) ? before - 1 : before;
      lines.splice(from, before - from + 1, line);
    }
  }
  return { snippet: { ...snippet, text: lines.join('\n') }, added: beside };
}

/** `  max: 20, // note`, `spring.datasource.hikari.maximum-pool-size=20`, `default_pool_size = 20`. */
function partsOf(line: string) {
  const [, indent = '', prefix = '', name, between = '', rest = ''] =
    /^(\s*)((?:[\w-]+\.)*)([\w-]+)(\s*[:=]\s*)(.*)$/.exec(line) ?? [];
  if (name === undefined || !/^[\w.-]+,?(?:\s*(?:\/\/|#|;).*)?$/.test(rest)) return undefined;
  return { indent, prefix, name, between, end: /^[\w.-]+,/.test(rest) ? ',' : '' };
}

function isRemark(line: string | undefined): boolean {
  return line !== undefined && /^\s*(?:;|#|\/\/)/.test(line);
}

function isOf(line: string, name: string): boolean {
  const parts = partsOf(line);
  return parts !== undefined && uniformName(parts.name) === uniformName(name);
}

function spelledAs(example: string, name: string): string {
  return example.includes('-') ? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) : name;
}

function lastName(name: string): string {
  return name.split('.').at(-1) ?? name;
}

function folderOfName(name: string): string {
  return name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
}
