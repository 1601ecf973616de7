-- Why: which configuration was in force when, without secrets; and whether the files were refused since.
-- Phase: first. Cost: none. Down: drop the tables; the journal keeps what happened.
create table catalog_revision (
    id {key},
    hash TEXT NOT NULL, -- first 12 hex digits of the SHA-256 of body; a configuration that comes back has a second row
    body TEXT NOT NULL, -- YAML without comments, secrets as ***
    author TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);
create index catalog_revision_by_hash on catalog_revision (hash);

create table catalog_refusal (
    id {key}, -- rows stand here only while the files are refused
    refused_at BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    first_error TEXT NOT NULL
);
