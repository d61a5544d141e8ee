-- What was made or changed and is not known to be served yet: for two seconds after 'settling_since'
-- at the most it has its revision, from then on, or once it is served, the one of 'settled_as'.
alter table version add column settling text check (settling in ('creating', 'updating'));
alter table version add column settling_since timestamptz;
alter table version add column settled_as uuid;
alter table version add check (
  (settling is null) = (settling_since is null) and (settling is null) = (settled_as is null));

-- Who else may use a version of a layer, in the API's form.
alter table layer_version add column policy jsonb;
alter table layer_version add column policy_revision uuid;
alter table layer_version add check ((policy is null) = (policy_revision is null));

-- Numbers of accounts that were deleted: they are not given again, as what is told of them in the
-- audit log and elsewhere is nobody else's.
create table retired_account (
  id char(12) primary key check (id ~ '^[0-9]{12}$'),
  at timestamptz not null default now()
);
insert into retired_account (id)
  select distinct account from audit where account not in (select id from account);
