-- Who may sign code, kept for the tools that ask for it. Which function has which one is a setting.
create table code_signing_config (
  account  char(12) not null references account on delete cascade,
  id       text not null,
  value    jsonb not null,
  modified timestamptz not null,
  primary key (account, id)
);

create index setting_code_signing on setting ((value ->> 'CodeSigningConfigArn'))
  where kind = 'code_signing';
