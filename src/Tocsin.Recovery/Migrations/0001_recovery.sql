-- Why: where each switch leads traffic to survives restarts; moves, proposals and holds have their history; what the journal says of checks.
-- Phase: first. Cost: none. Down: drop the tables; every switch begins with its primary, the journal keeps what happened.
create table recovery_failover (
    failover TEXT NOT NULL PRIMARY KEY,
    active BIGINT NOT NULL, -- 0 primary, 1 standby
    move BIGINT NOT NULL, -- number of the last move, 0 before the first: the fencing token of the switch
    settled BIGINT NOT NULL, -- 1 when the last move is proved
    said TEXT NOT NULL -- what was refused in this outage already, one signature a line
);

create table recovery_move (
    failover TEXT NOT NULL,
    move BIGINT NOT NULL,
    service TEXT NOT NULL,
    from_side BIGINT NOT NULL,
    to_side BIGINT NOT NULL,
    automatic BIGINT NOT NULL,
    why TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    proved_at BIGINT,
    unproved_at BIGINT, -- said aloud that nothing answered in time
    PRIMARY KEY (failover, move)
);
create index recovery_move_by_service on recovery_move (service, decided_at);

create table recovery_proposal (
    id {key},
    failover TEXT NOT NULL,
    move BIGINT NOT NULL, -- the last move when it was made: after another one it is void
    to_side BIGINT NOT NULL,
    why TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT
);
create unique index recovery_proposal_open on recovery_proposal (failover) where ended_at is null;

create table recovery_hold (
    id {key},
    owner TEXT NOT NULL,
    why TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    ended_at BIGINT
);
create unique index recovery_hold_one on recovery_hold ((0)) where ended_at is null;

create table recovery_sighting (
    seq BIGINT NOT NULL PRIMARY KEY, -- of the journal entry
    check_key TEXT NOT NULL,
    state BIGINT NOT NULL, -- 0 up, 1 degraded, 2 down, 3 unknown
    flapping BIGINT NOT NULL,
    at BIGINT NOT NULL
);
create index recovery_sighting_by_check on recovery_sighting (check_key, seq);
