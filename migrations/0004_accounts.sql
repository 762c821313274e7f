-- Why: verified addresses, second factors, passkeys, outside sign-in, teams, API keys and mail.

alter table users add column email_verified_at integer;
alter table users add column bio text not null default '';
alter table users add column avatar text;
alter table users add column suspended_at integer;
alter table users add column suspended_for text;

alter table sessions add column place text;
alter table sessions add column last_seen_at integer not null default 0;
alter table sessions add column confirmed_at integer not null default 0;
update sessions set last_seen_at = created_at;

create table email_tokens (
  hash text primary key not null,
  user_id text not null,
  kind text not null check (kind in ('verify', 'reset', 'change_old', 'change_new')),
  email text not null,
  created_at integer not null,
  ends_at integer not null,
  used_at integer
);
create index email_tokens_by_user on email_tokens (user_id, kind);

create table email_changes (
  user_id text primary key not null,
  session_id text not null,
  new_email text not null,
  old_confirmed_at integer,
  new_confirmed_at integer,
  created_at integer not null,
  ends_at integer not null
);

create table totp_factors (
  user_id text primary key not null,
  sealed_secret text not null,
  last_step integer not null,
  created_at integer not null,
  confirmed_at integer
);

create table recovery_codes (
  user_id text not null,
  hash text not null,
  created_at integer not null,
  used_at integer,
  primary key (user_id, hash)
);

create table passkeys (
  id text primary key not null,
  user_id text not null,
  credential_id text not null unique,
  public_key text not null,
  counter integer not null,
  transports text not null,
  name text not null,
  is_synced integer not null,
  created_at integer not null,
  last_used_at integer
);
create index passkeys_by_user on passkeys (user_id);

create table challenges (
  hash text primary key not null,
  kind text not null check (
    kind in ('second_factor', 'passkey_login', 'passkey_second', 'passkey_step_up', 'passkey_new', 'outside')
  ),
  user_id text,
  session_id text,
  data text not null,
  tries integer not null,
  created_at integer not null,
  ends_at integer not null,
  used_at integer
);
create index challenges_by_end on challenges (ends_at);

create table outside_identities (
  provider text not null,
  subject text not null,
  user_id text not null,
  email text not null,
  created_at integer not null,
  last_used_at integer,
  primary key (provider, subject)
);
create index outside_identities_by_user on outside_identities (user_id);

alter table workspaces add column description text not null default '';
alter table workspaces add column suspended_at integer;
alter table workspaces add column suspended_for text;
alter table workspaces add column deleted_at integer;

create table invitations (
  id text primary key not null,
  workspace_id text not null,
  role text not null,
  email text,
  token_hash text not null unique,
  created_by text not null,
  uses_left integer not null check (uses_left >= 0),
  created_at integer not null,
  ends_at integer not null
);
create index invitations_by_workspace on invitations (workspace_id, ends_at);

create table api_keys (
  id text primary key not null,
  workspace_id text not null,
  created_by text not null,
  name text not null,
  prefix text not null,
  hash text not null unique,
  scopes text not null,
  created_at integer not null,
  ends_at integer,
  last_used_at integer,
  revoked_at integer
);
create index api_keys_by_workspace on api_keys (workspace_id, id);
create index api_keys_by_creator on api_keys (created_by);

create table mails (
  id text primary key not null,
  user_id text,
  recipient text not null,
  kind text not null,
  subject text not null,
  text text,
  html text,
  created_at integer not null,
  sent_at integer
);
create index mails_by_time on mails (created_at);

create index events_by_workspace on events (workspace_id, seq);
