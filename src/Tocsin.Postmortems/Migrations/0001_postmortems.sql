-- Why: what people write beside the record: answers and edited texts, every saved version of them.
-- Phase: first. Cost: none. Down: drop the table; the journal keeps what happened, the words are lost.
create table postmortems_postmortem (
    incident BIGINT NOT NULL,
    version BIGINT NOT NULL, -- from 1, without gaps
    answers TEXT NOT NULL, -- JSON: key of the question → answer
    edited TEXT, -- Markdown; null: the text follows the record
    state TEXT NOT NULL, -- draft
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (incident, version)
);
