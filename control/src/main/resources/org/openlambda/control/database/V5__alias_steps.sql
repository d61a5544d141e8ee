-- From each thing that an alias named, which one came before: going back follows these steps, so that
-- what was taken back is never gone to again. Null: nothing came before, or it is no longer kept.
alter table alias add column back bigint;
alter table alias_history add column back bigint;

update alias_history h set back = (
  select max(e.position) from alias_history e
  where e.function = h.function and e.alias = h.alias and e.position < h.position);

update alias a set back = (
  select max(e.position) from alias_history e where e.function = a.function and e.alias = a.name);

create index alias_history_of on alias_history (function, alias, position);
