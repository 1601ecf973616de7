-- Why: who takes a shift for whom, as people set it in the browser.
-- Phase: first. Cost: none. Down: drop the table; the journal keeps what happened.
create table oncall_override (
    id {key},
    schedule TEXT NOT NULL,
    person TEXT NOT NULL,
    starts_at BIGINT NOT NULL, -- inclusive
    ends_at BIGINT NOT NULL, -- exclusive
    set_by TEXT NOT NULL,
    removed_at BIGINT -- null: it holds
);
create index oncall_override_by_end on oncall_override (ends_at) where removed_at is null;
