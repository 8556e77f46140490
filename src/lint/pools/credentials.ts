/**
 * The password in a piece of code or configuration, to judge it by: it goes into no message. Of code it is the last text in
 * quotes, of a configuration what stands behind the key.
 */
export function credentialIn(written: string, isUrl: boolean): string | undefined {
  if (isUrl) {
    return (
      /:\/\/[^\s/?#@:"'`]*:([^\s/?#@"'`]+)@/.exec(written)?.[1] ?? /[?&;]password=([^&;\s"'`]+)/i.exec(written)?.[1]
    );
  }
  const quoted = [...written.matchAll(/"([^"\n]*)"|'([^'\n]*)'|`([^`\n]*)`/g)].at(-1);
  if (quoted) return quoted[1] ?? quoted[2] ?? quoted[3];
  return written.replace(/^[\w.-]+\s*[:=]\s*/, '').trim();
}

/** Text that stands for a password, and is none. */
export function isPlaceholder(text: string): boolean {
  const plain = text.trim().replace(/^\$\{[^:}]*:([^}]*)\}$/, '$1');
  return (
    plain === '' ||
    /^(?:x{3,}|\*+|\.{3}|-+|_+|\?+|null|undefined|none|todo|tbd|n\/a)$/i.test(plain) ||
    /^[<[({%].*[>\])}%]$|^\$[\w({]|\$\{|\{\{|^@\w+@$|^#\{/.test(plain) ||
    /(?:your|my|some|insert|enter|put|replace|change|placeholder|example|sample|dummy|redacted|unused|_?here$|change.?me|fill.?in)/i.test(
      plain,
    ) ||
    /^(?:db|database|mysql|postgres|pg)?[_-]?(?:user_?)?(?:password|passwd|pwd|pass)$/i.test(plain.replace(/^DB_/i, ''))
  );
}

/** Passwords that tutorials and local databases have. */
export function isCommonWord(text: string): boolean {
  return /^(?:postgres|postgresql|mysql|mariadb|root|admin|administrator|user|test|testing|guest|secret|app|dev|development|docker|local|localhost|toor|prisma|123|1234|12345|123456|12345678|123456789|qwerty|abc123|admin123|root123|test123|password\d*|pass\d*|passw0rd|p@ssw0rd)$/i.test(
    text.trim(),
  );
}
