-- Users that log in, the tokens that they are given, and who changed what.

-- Whose administrators may make and delete accounts: those of the server's first one.
alter table account add column operator boolean not null default false;
update account set operator = true
  where id = (select id from account order by created, id limit 1);
create unique index account_operator on account (operator) where operator;

-- argon2id in the PHC string format, with its parameters; null as long as nobody has set one.
alter table member add column password text;

-- A token itself is known to its holder only.
create table token (
  id      text primary key,
  hash    bytea not null unique check (octet_length(hash) = 32),
  member  uuid not null references member on delete cascade,
  created timestamptz not null default now(),
  expires timestamptz not null
);

-- Names nothing by reference: what it tells of may be gone.
create table audit (
  position   bigint generated always as identity primary key,
  at         timestamptz not null default now(),
  account    char(12) not null,
  actor      text not null,
  credential text not null,
  peer       text not null,
  operation  text not null,
  resource   text not null,
  request    text not null,
  status     integer not null,
  code       text not null
);
create index audit_of_account on audit (account, position);
create index audit_by_age on audit (at);

-- Rows are added and, once they are 400 days old, deleted. Nothing else happens to them.
create function guard_audit() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.at := clock_timestamp();
    return new;
  end if;
  if tg_op = 'DELETE' then
    if old.at < now() - interval '400 days' then
      return old;
    end if;
  end if;
  raise exception 'the audit log is only added to: % is refused', tg_op;
end
$$;
create trigger audit_rows before insert or update or delete on audit
  for each row execute function guard_audit();
create trigger audit_whole before truncate on audit
  for each statement execute function guard_audit();

create function forget_old_audit() returns void language sql as $$
  delete from audit where position in (
    select position from audit where at < now() - interval '400 days' order by at limit 10000)
$$;
