-- Why: what the public was told about an incident, in its order; an incident is public when it has a row here.
-- Phase: first. Cost: none. Down: drop the table; the journal keeps what was said.
create table statuspages_update (
    id {key},
    incident BIGINT NOT NULL,
    at BIGINT NOT NULL,
    status TEXT NOT NULL, -- investigating, identified, monitoring, resolved
    text TEXT NOT NULL,
    is_automatic BIGINT NOT NULL,
    said_by TEXT NOT NULL
);
create index statuspages_update_by_incident on statuspages_update (incident, id);
