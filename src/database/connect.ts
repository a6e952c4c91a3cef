import { DataSource } from 'typeorm';

/** The rooms' connections, as the app role. No entities, no synchronize: the schema is the migrations' alone. */
export async function connect(url: string, poolSize = 10): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName: 'kashikagi',
    logging: false,
    synchronize: false,
    entities: [],
    // An idle connection that the server closed is replaced; it must not end the process.
    poolErrorHandler: () => undefined,
  });
  return source.initialize();
}
