import { defaultPorts, type EngineId } from '../../base/engine.ts';
import { code } from './code.ts';

/** The address and the login, as the first argument of an engine. `dialect` is SQLAlchemy's name with the driver. */
export function sqlalchemyUrl(dialect: string, engine: EngineId): string {
  return code`
    URL.create(
        "${dialect}",
        username=os.environ["DB_USERNAME"],
        password=os.environ["DB_PASSWORD"],
        host=os.environ["DB_HOST"],
        port=int(os.environ.get("DB_PORT", ${defaultPorts[engine]})),
        database=os.environ["DB_DATABASE"],
    ),
  `.trim();
}
