-- Why: files that are changed under guard: what stands in them, which versions were proved healthy, and every step of every change.
-- Phase: EXPAND. Older binaries keep working: they list changes that were never written too. Cost: none.
-- Down: drop the tables and the column; the journal keeps what happened.
alter table changes_change add column planned BIGINT NOT NULL DEFAULT 0; -- 1: asked for, not written (yet): nothing was altered
create table changes_guarded (
    id BIGINT NOT NULL PRIMARY KEY, -- of changes_change
    target TEXT NOT NULL,
    service TEXT NOT NULL,
    phase BIGINT NOT NULL,
    step BIGINT NOT NULL,
    is_open BIGINT NOT NULL, -- 1 until the phase is final
    is_roll_back BIGINT NOT NULL,
    incident BIGINT, -- from whose page it was asked
    requested_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    from_sha TEXT NOT NULL,
    to_sha TEXT NOT NULL,
    diff TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revert_at BIGINT,
    timer_ms BIGINT NOT NULL,
    well_before TEXT NOT NULL, -- keys of checks, separated by spaces
    why TEXT NOT NULL
);
create unique index changes_guarded_open on changes_guarded (target) where is_open = 1;
create index changes_guarded_by_target on changes_guarded (target, id);
create table changes_step (
    change_id BIGINT NOT NULL,
    step BIGINT NOT NULL,
    phase BIGINT NOT NULL,
    at BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (change_id, step)
);
create table changes_version (
    target TEXT NOT NULL,
    sha TEXT NOT NULL,
    content {blob} NOT NULL,
    seen_at BIGINT NOT NULL, -- when it last became the content of the target, or was asked for
    proved_at BIGINT, -- null: its checks were never up for a whole window
    healthy_since BIGINT, -- of the last time that they were
    healthy_until BIGINT,
    distrusted_at BIGINT, -- it was taken back or rolled back from
    PRIMARY KEY (target, sha)
);
create table changes_target (
    target TEXT NOT NULL PRIMARY KEY,
    sha TEXT NOT NULL,
    since BIGINT NOT NULL, -- when this content came
    fault TEXT NOT NULL -- why the file cannot be read; empty while it can
);
