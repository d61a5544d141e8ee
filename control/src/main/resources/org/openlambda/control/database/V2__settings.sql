-- What a function, or one of its versions and aliases, has beside its configuration: a function URL,
-- a policy, how asynchronous calls are made, and so on. The value is in the API's form.
create table setting (
  function  uuid not null references function on delete cascade,
  qualifier text not null,
  kind      text not null,
  value     jsonb not null,
  revision  uuid not null,
  created   timestamptz not null,
  modified  timestamptz not null,
  primary key (function, qualifier, kind)
);

-- No two function URLs have the same id.
create unique index setting_url on setting ((value ->> 'UrlId')) where kind = 'url';
