-- Why: a program that sends a declaration twice (no answer came the first time) must not open two incidents.
-- Phase: EXPAND. Cost: none. Down: drop the table; repeated requests open again.
create table incidents_request (
    request TEXT NOT NULL PRIMARY KEY, -- actor and the key it sent; up to 300 characters
    incident BIGINT NOT NULL
);
