CREATE TABLE names (id integer PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE moments (at_ms integer PRIMARY KEY, state blob NOT NULL);
CREATE TABLE servers (at_ms integer PRIMARY KEY, description integer NOT NULL REFERENCES names (id), uptime_ms integer NOT NULL, used_memory integer);
CREATE TABLE actions (
  at_us integer NOT NULL, name text NOT NULL, stream text NOT NULL, "group" text NOT NULL, who text NOT NULL,
  ids integer NOT NULL, error text NOT NULL,
  PRIMARY KEY (at_us, name, stream, "group", who)
) WITHOUT ROWID;
CREATE TABLE facts (name text PRIMARY KEY, value integer NOT NULL) WITHOUT ROWID;
