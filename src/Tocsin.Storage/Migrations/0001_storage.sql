-- Why: journal, cursors, ledger and ownership: what every module writes through.
-- Phase: first. Cost: none. Down: drop the tables (loses everything).
create table journal (
    seq {key},
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    v BIGINT NOT NULL,
    subject TEXT NOT NULL,
    service TEXT,
    actor TEXT NOT NULL,
    cause BIGINT NOT NULL,
    body TEXT NOT NULL
);
create index journal_by_kind on journal (kind, seq);
create index journal_by_subject on journal (subject, seq);
create index journal_by_time on journal (at);

-- The first value of a sequence cannot be told from "none yet" by last_value, so it is never used for an entry.
--postgres: select setval(pg_get_serial_sequence('journal', 'seq'), 1, true);

create table journal_cursor (
    reader TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    moved_at BIGINT NOT NULL
);

create table ledger (
    id {key},
    kind TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    state TEXT NOT NULL, -- due, leased, delivered, failed, withdrawn, held
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    leased_until BIGINT,
    leased_by BIGINT, -- epoch of the holder
    outcome TEXT, -- the receiver's words, or why it failed
    withdrawn TEXT, -- why no attempt after the one under way is wanted
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
create index ledger_open on ledger (urgent, due_at, id) where state in ('due', 'leased');
create index ledger_held on ledger (id) where state = 'held';
create index ledger_by_subject on ledger (subject, kind);
create index ledger_ended on ledger (ended_at) where state = 'failed';

create table storage_lease (
    scope TEXT NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    holder TEXT NOT NULL
);

create table storage_alive (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
