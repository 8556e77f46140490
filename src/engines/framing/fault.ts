/** A name of the protocol with its article. */
export function oneOf(name: string): string {
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Bytes of a server that are no message of its protocol, or more of them than poolctl takes. In poolctl's own words only. */
export class FrameFault extends Error {
  override readonly name = 'FrameFault';
}
