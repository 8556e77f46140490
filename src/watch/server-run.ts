/** What stands in `serverId`: which server it is, and since when it runs, behind the last slash. */
function partsOf(serverId: string): { readonly server: string; readonly start: string } {
  const slash = serverId.lastIndexOf('/');
  return slash < 0
    ? { server: serverId, start: '' }
    : { server: serverId.slice(0, slash), start: serverId.slice(slash + 1) };
}

/** Whether two ids are of one server, restarted or not. */
export function isOfSameServer(one: string, other: string): boolean {
  return partsOf(one).server === partsOf(other).server;
}

/**
 * Whether two ids are of one run of one server. MySQL tells its start by the seconds that it is up: on another connection
 * that may be rounded to the second before or after.
 */
export function isSameRun(one: string, other: string): boolean {
  if (one === other) return true;
  const apart = Math.abs(Number(partsOf(one).start) - Number(partsOf(other).start));
  return isOfSameServer(one, other) && apart <= 1;
}
