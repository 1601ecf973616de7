-- Why: who is being woken for what, how far the escalation is, and which links may acknowledge.
-- Phase: first. Cost: none. Down: drop the tables; the journal keeps what happened.
create table paging_run (
    id {key},
    incident BIGINT NOT NULL,
    policy TEXT NOT NULL,
    steps TEXT NOT NULL, -- JSON: the policy as it was when the run began; later edits do not reach it
    repeat_every BIGINT NOT NULL, -- ms
    rounds_max BIGINT,
    step BIGINT NOT NULL, -- zero-based, the next to be run
    round BIGINT NOT NULL, -- one-based
    next_at BIGINT NOT NULL,
    state TEXT NOT NULL, -- running, stopped, exhausted
    began_at BIGINT NOT NULL
);
create unique index paging_run_running on paging_run (incident) where state = 'running';
create index paging_run_due on paging_run (next_at) where state = 'running';

create table paging_page (
    id {key},
    incident BIGINT NOT NULL,
    person TEXT NOT NULL,
    method TEXT NOT NULL,
    why TEXT NOT NULL,
    step BIGINT NOT NULL, -- one-based
    round BIGINT NOT NULL,
    state TEXT NOT NULL, -- requested, sent, failed, withdrawn
    attempts BIGINT NOT NULL,
    requested_at BIGINT NOT NULL,
    sent_at BIGINT,
    last_word TEXT -- the provider's, or why it failed
);
create index paging_page_by_incident on paging_page (incident, id);

create table paging_token (
    hash TEXT NOT NULL PRIMARY KEY, -- SHA-256; the token itself is nowhere
    page BIGINT NOT NULL,
    made_at BIGINT NOT NULL
);
create index paging_token_by_page on paging_token (page);

create table paging_contact (
    id {key},
    person TEXT NOT NULL,
    method TEXT NOT NULL, -- mail, ntfy, webhook
    address TEXT NOT NULL,
    added_at BIGINT NOT NULL
);
create index paging_contact_by_person on paging_contact (person);
