-- Why: measurements, apart from facts: many, small, and allowed to lose the last seconds.
-- Phase: first. Cost: none. Down: drop the tables.
create table samples_series (
    id {key},
    name TEXT NOT NULL UNIQUE
);
create table samples_chunk (
    series BIGINT NOT NULL,
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL, -- inclusive
    count BIGINT NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (series, from_ms)
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
);
