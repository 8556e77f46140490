import { imageName } from '../../declarations/manifests/container.ts';
import { engineOfImage } from '../../declarations/manifests/database-server.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';

/** Images of programs that open no connection to a database of SQL, whatever variables a shared file gives them. */
const others =
  /^(?:redis|redis-\w+|valkey|keydb|memcached|rabbitmq|kafka|cp-kafka|redpanda|zookeeper|nats|mosquitto|nginx|httpd|caddy|traefik|haproxy|envoy|mongo|mongodb|elasticsearch|opensearch|kibana|meilisearch|clickhouse-server|minio|mailhog|mailpit|prometheus|jaeger|busybox|alpine|socat)$/;

/** A program that ends when it has prepared the database. */
const preparation = /(?:^|[-_])(?:migrat(?:e|or|ion|ions)|seed|seeder|seeds)(?:$|[-_])/;
const preparing = /\b(?:db:(?:migrate|prepare|seed|setup)|migrate(?::latest| deploy)|alembic upgrade|flyway)\b/;

/** Whether a service holds no pool while the others run: it is no client of a database, or ends before they start. */
export function holdsNoPool({ name, images, command, server }: DeployedService): boolean {
  const isNone = (image: string) => others.test(imageName(image)) || (!server && engineOfImage(image) !== undefined);
  const isOther = images.length > 0 && images.every(isNone);
  return isOther || preparation.test(name) || isPreparation(command);
}

/** A command that goes on to start the program is no preparation: `migrate deploy && node server.js`. */
function isPreparation(command: readonly string[]): boolean {
  const line = command.join(' ');
  return preparing.test(line) && !/&&|;/.test(line.slice(line.search(preparing)));
}
