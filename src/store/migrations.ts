/**
 * The format of the database, as an ordered list of what made it so. A row, once released, is never changed: a new format
 * is a new row at the end. `PRAGMA user_version` says how many of them a database has been through.
 */
import type { DatabaseSync } from "node:sqlite";

export const migrations: readonly string[] = [
  // 1: one row a document. The position is the order of creation; replacing a document keeps it.
  `CREATE TABLE documents (
     position INTEGER PRIMARY KEY,
     kind TEXT NOT NULL,
     parent TEXT NOT NULL,
     id TEXT NOT NULL,
     body TEXT NOT NULL,
     UNIQUE (kind, parent, id)
   ) STRICT;
   CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  // 2: every RestApi has the Models Empty and Error; those from before get them.
  `INSERT INTO documents (kind, parent, id, body)
   SELECT 'model', id, 'Empty', json_object(
     'id', lower(hex(randomblob(3))), 'name', 'Empty',
     'description', 'This is a default empty schema model', 'contentType', 'application/json',
     'schema', '{
  "$schema": "http://json-schema.org/draft-04/schema#",
  "title" : "Empty Schema",
  "type" : "object"
}')
   FROM documents WHERE kind = 'restApi';
   INSERT INTO documents (kind, parent, id, body)
   SELECT 'model', id, 'Error', json_object(
     'id', lower(hex(randomblob(3))), 'name', 'Error',
     'description', 'This is a default error schema model', 'contentType', 'application/json',
     'schema', '{
  "$schema" : "http://json-schema.org/draft-04/schema#",
  "title" : "Error Schema",
  "type" : "object",
  "properties" : {
    "message" : { "type" : "string" }
  }
}')
   FROM documents WHERE kind = 'restApi';`,
];

/** How many migrations the database has been through; 0 for a new one. */
export function formatVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}

/** Takes the database through those it has not seen. To be called inside a transaction: it is all of them or none. */
export function migrate(database: DatabaseSync, list: readonly string[] = migrations): void {
  for (const migration of list.slice(formatVersion(database))) database.exec(migration);
  database.exec(`PRAGMA user_version = ${list.length}`);
}
