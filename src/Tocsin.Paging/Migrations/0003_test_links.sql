-- Why: that a provider took a self-test page does not say that it reached anybody; a tap on its link does.
-- Phase: expand. Cost: none, the table is small. Down: drop both columns.
alter table paging_test add column token TEXT; -- SHA-256 of the token of the link; null: the message carried none
alter table paging_test add column acknowledged_at BIGINT; -- null: nobody tapped
create unique index paging_test_by_token on paging_test (token) where token is not null;
