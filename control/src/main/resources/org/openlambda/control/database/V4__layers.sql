-- Archives that functions share. Numbers are not used again: what was deleted stays, for the
-- functions that have it.
create table layer (
  id           uuid primary key default gen_random_uuid(),
  account      char(12) not null references account,
  name         text not null,
  next_version integer not null default 1,
  unique (account, name)
);

create table layer_version (
  layer   uuid not null references layer on delete cascade,
  number  integer not null check (number > 0),
  code    text not null references code,
  about   jsonb not null,
  created timestamptz not null,
  deleted boolean not null default false,
  primary key (layer, number)
);
