-- Why: the outage and the work on it; its story is a selection of journal entries.
-- Phase: first. Cost: none. Down: drop the tables; the journal keeps what happened.
create table incidents_incident (
    id {key},
    title TEXT NOT NULL,
    severity BIGINT NOT NULL,
    state TEXT NOT NULL, -- open, acknowledged, resolved
    lead_service TEXT,
    started TEXT NOT NULL, -- a told moment as JSON
    started_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    acked_by TEXT,
    acked_at BIGINT,
    recovered_at BIGINT,
    resolves_at BIGINT,
    resolved_at BIGINT,
    ended TEXT, -- a told moment as JSON
    ended_at BIGINT,
    is_declared BIGINT NOT NULL,
    is_past BIGINT NOT NULL,
    cause TEXT,
    impact TEXT, -- JSON
    version BIGINT NOT NULL
);
create index incidents_open on incidents_incident (state) where state <> 'resolved';
create index incidents_by_start on incidents_incident (started_at);

create table incidents_service (
    incident BIGINT NOT NULL,
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (incident, service)
);
create index incidents_service_by_service on incidents_service (service, incident);

create table incidents_alert (
    incident BIGINT NOT NULL,
    alert BIGINT NOT NULL,
    dedup_key TEXT NOT NULL,
    title TEXT NOT NULL, -- when it joined
    facet TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (incident, alert)
);
create index incidents_alert_by_alert on incidents_alert (alert);

create table incidents_timeline (
    incident BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    pinned BIGINT NOT NULL,
    hidden BIGINT NOT NULL,
    linked_by TEXT NOT NULL,
    PRIMARY KEY (incident, seq)
);

create table incidents_suspicion (
    incident BIGINT NOT NULL,
    number BIGINT NOT NULL,
    suspect TEXT NOT NULL,
    service TEXT,
    change_id BIGINT,
    suspected_by TEXT NOT NULL,
    since BIGINT NOT NULL,
    ruled_out_by TEXT,
    ruled_out_at BIGINT,
    because TEXT,
    PRIMARY KEY (incident, number)
);
