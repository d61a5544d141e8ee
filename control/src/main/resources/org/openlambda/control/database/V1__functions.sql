-- The control plane's first schema: who may do what, and functions with their versions and aliases.

create table account (
  id      char(12) primary key check (id ~ '^[0-9]{12}$'),
  name    text not null unique,
  created timestamptz not null default now()
);

-- A user of an account.
create table member (
  id      uuid primary key default gen_random_uuid(),
  account char(12) not null references account,
  name    text not null,
  role    text not null check (role in ('admin', 'developer', 'invoker')),
  created timestamptz not null default now(),
  unique (account, name)
);

-- The secret is sealed by a key that is not in the database.
create table access_key (
  id      text primary key,
  member  uuid not null references member on delete cascade,
  secret  bytea not null,
  active  boolean not null default true,
  created timestamptz not null default now()
);

-- An archive in the bundle store; sha256 is of its bytes, tree of what it unpacks to.
create table code (
  sha256  text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  tree    text not null check (tree ~ '^[0-9a-f]{64}$'),
  size    bigint not null,
  created timestamptz not null default now()
);

create table function (
  id           uuid primary key default gen_random_uuid(),
  account      char(12) not null references account,
  name         text not null,
  next_version integer not null default 1,
  reserved     integer check (reserved >= 0),
  tags         jsonb not null default '{}',
  created      timestamptz not null default now(),
  unique (account, name)
);

-- Number 0 is $LATEST, the only one that changes. The environment is sealed; null if none was given.
create table version (
  function      uuid not null references function on delete cascade,
  number        integer not null check (number >= 0),
  code          text not null references code,
  configuration jsonb not null,
  environment   bytea,
  revision      uuid not null,
  modified      timestamptz not null,
  primary key (function, number)
);

create table alias (
  function    uuid not null references function on delete cascade,
  name        text not null,
  version     integer not null,
  other       integer,
  weight      double precision check (weight between 0 and 1),
  description text not null default '',
  revision    uuid not null,
  primary key (function, name),
  check ((other is null) = (weight is null))
);

-- What each alias named before, for going back; the newest last.
create table alias_history (
  position bigint generated always as identity primary key,
  function uuid not null references function on delete cascade,
  alias    text not null,
  version  integer not null,
  other    integer,
  weight   double precision,
  until    timestamptz not null default now()
);

-- What nodes have to read again. Written under a lock that every write takes: no revision is seen
-- before a smaller one.
create table change (
  revision bigint generated always as identity primary key,
  kind     text not null,
  account  text not null,
  name     text not null,
  at       timestamptz not null default now()
);
