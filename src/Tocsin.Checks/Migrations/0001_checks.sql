-- Why: verdicts survive a restart; failed probes can be read afterwards.
-- checks_state: one row per check that was ever judged. verdict: 0 up, 1 degraded, 2 down, 3 unknown.
CREATE TABLE checks_state (
    check_key       TEXT PRIMARY KEY,
    service         TEXT NOT NULL,
    verdict         BIGINT NOT NULL,
    since           BIGINT NOT NULL,
    bad_since       BIGINT,           -- first failed probe since the check was last up
    first_failed_at BIGINT,           -- first failed probe of this verdict; null while up
    reason          TEXT NOT NULL,
    text            TEXT NOT NULL,
    journaled       BIGINT,           -- verdict that the journal last heard of; null when of none
    changed_at      BIGINT NOT NULL
);

-- checks_probe: each failed probe and the first good one after it, the newest 200 of each check.
CREATE TABLE checks_probe (
    id          {key},
    check_key   TEXT NOT NULL,
    at          BIGINT NOT NULL,      -- start of the probe
    is_reprobe  BIGINT NOT NULL,
    outcome     BIGINT NOT NULL,
    reason      TEXT NOT NULL,
    text        TEXT NOT NULL,
    duration_us BIGINT NOT NULL,
    phases      TEXT NOT NULL,        -- JSON: resolveUs, connectUs, tlsUs, firstByteUs, transferUs; absent when not reached
    address     TEXT,
    transcript  TEXT NOT NULL         -- at most 8,000 characters, secrets masked
);
CREATE INDEX checks_probe_by_check ON checks_probe (check_key, id);
