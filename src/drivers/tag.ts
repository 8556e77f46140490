/** The comment before each statement of a load that goes through a pooler, by which the server shows whose it is. */
export function commentOf(tag: string): string {
  return `/* ${tag} */ `;
}

/** Puts the comment before texts; the few that a load has are put together once. */
export function tagger(tag: string): (text: string) => string {
  const comment = commentOf(tag);
  const tagged = new Map<string, string>();
  return (text) => {
    const known = tagged.get(text);
    if (known !== undefined) return known;
    const made = comment + text;
    tagged.set(text, made);
    return made;
  };
}
