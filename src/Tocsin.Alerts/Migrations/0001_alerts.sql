-- Why: one row per problem, from firing to resolved; silences as people set them.
-- Phase: first. Cost: none. Down: drop the tables; the journal keeps what happened.
create table alerts_alert (
    id {key},
    dedup_key TEXT NOT NULL,
    service TEXT,
    check_key TEXT,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    severity BIGINT NOT NULL,
    facet TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    fired_at BIGINT NOT NULL,
    ended_at BIGINT
);
create unique index alerts_firing on alerts_alert (dedup_key) where ended_at is null;
create index alerts_by_end on alerts_alert (ended_at);

create table alerts_silence (
    id {key},
    service TEXT, -- null: every service
    check_key TEXT, -- null: every check of the service
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    why TEXT NOT NULL,
    set_by TEXT NOT NULL,
    ended_early_at BIGINT
);
create index alerts_silence_by_end on alerts_silence (ends_at);
