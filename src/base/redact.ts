/** Far more than is shown of a text (base/clean.ts): what is looked at here ends behind it, so that no login is cut in two. */
const longestLooked = 10_000;

/** Hides what may be a secret in text that echoes a user's value: the login of a URL, and password parameters. */
export function redact(text: string): string {
  return (
    text
      .slice(0, longestLooked)
      // `user:password@` is how poolctl's own hints write it.
      .replace(/(?<![a-z])((?!file:)[a-z][a-z0-9+.-]*:\/\/)(?!user(?::password)?@)(?:(?!:\/\/)[^\n])*@/gi, '$1***@')
      // A DSN without its scheme.
      .replace(/(?<![\w/])([\w.%+-]+):(?!\/\/)(?!password@)[^\s"'`:]+@/g, '$1:***@')
      // `password: { env: NAME }` and `password: must be …` are poolctl's own.
      .replace(/\b(password|passwd|pwd|secret|token)(\s*[=:]\s*)(?!\{ env: NAME \}|must be )[^\s&"'`,;]+/gi, '$1$2***')
  );
}
