-- Why: everything that altered production, as people and programs told it, in the order in which it happened.
-- Phase: first. Cost: none. Down: drop the table; the journal keeps what happened.
create table changes_change (
    id {key},
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    service TEXT, -- null: may have touched anything
    description TEXT,
    link TEXT,
    author TEXT,
    happened_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    request_key TEXT -- the sender's name for this request; null when it gave none
);
create unique index changes_by_request on changes_change (request_key);
create index changes_by_time on changes_change (happened_at);
create index changes_by_service on changes_change (service, happened_at);
