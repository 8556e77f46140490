/** Names the row of a service and a server that it connects to. */
export function rowKey(service: string, server: string): string {
  return JSON.stringify([service, server]);
}
