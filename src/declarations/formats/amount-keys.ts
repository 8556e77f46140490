const ofAmount =
  /pool|max|min|size|limit|time|idle|life|age|interval|threshold|wait|conn|count|replica|instance|complet|scale|parallel|concurrency|worker|process|thread|retr|capacity|delay|period|keep|active|total|initial|lease|ttl/i;
const ofText =
  /pass|pwd|secret|token|cred|auth|cert|salt|(?:user|login|name|url|uri|dsn|host|port|database|query|sql|key)$/i;

/** Whether the last part of a key names an amount, whose value may be said: no text, and nothing of a login. */
export function isAmountKey(key: string): boolean {
  const last = key.slice(key.lastIndexOf('.') + 1);
  return ofAmount.test(last) && !ofText.test(last);
}
