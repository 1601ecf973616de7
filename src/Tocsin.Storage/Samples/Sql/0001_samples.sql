-- Why: measurements, apart from facts: many, small, and allowed to lose the last seconds.
-- Phase: first. Cost: none. Down: drop the tables.
create table samples_series (
    id {key},
    name TEXT NOT NULL UNIQUE
);
-- Full chunks, in the order of time: pages fill up and empty again one after the other.
create table samples_chunk (
    id {key},
    series BIGINT NOT NULL,
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL, -- inclusive
    data {blob} NOT NULL
);
create index samples_chunk_by_time on samples_chunk (series, from_ms, until_ms);
-- The chunk that is still filling, rewritten with every flush.
create table samples_open (
    series BIGINT NOT NULL PRIMARY KEY,
    data {blob} NOT NULL
);
create table samples_rollup (
    series BIGINT NOT NULL,
    span_ms BIGINT NOT NULL, -- one hour or one day
    from_ms BIGINT NOT NULL,
    up BIGINT NOT NULL,
    degraded BIGINT NOT NULL,
    down BIGINT NOT NULL,
    unknown BIGINT NOT NULL,
    sum_us BIGINT NOT NULL,
    max_us BIGINT NOT NULL,
    PRIMARY KEY (series, span_ms, from_ms)
)
--sqlite: without rowid
;
