-- Why: what came of the self-test pages that people sent themselves, beside the method that carried them.
-- Phase: expand. Cost: none. Down: drop the table.
create table paging_test (
    id {key},
    person TEXT NOT NULL,
    method TEXT NOT NULL, -- as it was called when it was asked for
    mark TEXT NOT NULL, -- of the method and its address: names move when a method is removed, and what was proven stays with the address
    asked_at BIGINT NOT NULL,
    ended_at BIGINT, -- null: on its way
    is_sent BIGINT NOT NULL, -- 0 or 1
    answer TEXT -- the provider's, or why it failed
);
create index paging_test_by_person on paging_test (person, id);
