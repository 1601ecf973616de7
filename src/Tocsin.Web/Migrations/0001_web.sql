-- Who signs in, with which tokens, and by which one-time links. Times are Unix milliseconds.

create table web_account (
  person TEXT not null primary key,      -- key of a person in the configuration
  password_hash TEXT,                    -- null: signs in by one-time link only
  role TEXT not null,                    -- viewer, responder, admin
  stamp TEXT not null,                   -- changes when all sessions must end
  failed_count BIGINT not null,
  locked_until BIGINT,
  created_at BIGINT not null,
  version BIGINT not null
);

create table web_token (
  id {key},
  hash TEXT not null unique,             -- SHA-256 of the token, lower-case hex; the token itself is never stored
  name TEXT not null,                    -- shape of a key
  role TEXT not null,
  person TEXT,                           -- whose it is; null: an integration's
  created_by TEXT not null,              -- an actor
  created_at BIGINT not null,
  last_used_at BIGINT,                   -- to the hour
  revoked_at BIGINT
);

create index web_token_person on web_token (person);

create table web_link (
  hash TEXT not null primary key,        -- SHA-256 of the token in the link, lower-case hex
  kind TEXT not null,                    -- first-admin, invitation, sign-in
  person TEXT,                           -- null: whoever opens it chooses
  role TEXT not null,
  created_by TEXT not null,
  created_at BIGINT not null,
  expires_at BIGINT not null,
  used_at BIGINT
);
