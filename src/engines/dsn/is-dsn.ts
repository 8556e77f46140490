/** Whether a text is written as a DSN, of whatever server. */
export function isDsn(text: string): boolean {
  return /^(?:jdbc:(?:[a-z]+:)?)?[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
