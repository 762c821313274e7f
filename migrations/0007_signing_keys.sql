-- Why: programs of a workspace sign playback tokens of their own, without asking for each.

create table signing_keys (
  id text primary key not null,
  workspace_id text not null,
  created_by text not null,
  name text not null,
  algorithm text not null,
  public_jwk text not null,
  created_at integer not null,
  last_used_at integer,
  revoked_at integer
);
create index signing_keys_by_workspace on signing_keys (workspace_id, id);
