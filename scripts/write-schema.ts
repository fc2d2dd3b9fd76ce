/** Writes main/store/schema.sql from the migrations, so that a review sees what they add up to. */
import { writeFileSync } from 'node:fs';
import { latestVersion, migrate } from '../main/store/migrate.ts';
import { migrations } from '../main/store/migrations/index.ts';
import { loadSqlite } from '../main/store/native.ts';
import { schemaText } from '../main/store/schema.ts';

const sqlite = await loadSqlite();
const connection = new sqlite(':memory:');
migrate(connection, migrations);
const file = new URL('../main/store/schema.sql', import.meta.url);
writeFileSync(file, schemaText(connection));
connection.close();
console.log(`wrote main/store/schema.sql (version ${latestVersion(migrations)})`);
