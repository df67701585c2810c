CREATE TABLE entries (ms integer NOT NULL, seq integer NOT NULL, stream text NOT NULL, fields blob NOT NULL, PRIMARY KEY (ms, seq, stream)) WITHOUT ROWID;
CREATE TABLE manifest (text text NOT NULL);
