-- Why: accounts, workspaces, videos, uploads, tasks and the event log, the ground for all else.

create table users (
  id text primary key not null,
  email text not null unique,
  display_name text not null,
  created_at integer not null
);

create table passwords (
  user_id text primary key not null,
  hash text not null,
  changed_at integer not null
);

create table sessions (
  id text primary key not null,
  user_id text not null,
  user_agent text not null,
  created_at integer not null,
  ends_at integer not null,
  ended_at integer,
  end_reason text
);
create index sessions_by_user on sessions (user_id);

create table refresh_tokens (
  hash text primary key not null,
  session_id text not null,
  created_at integer not null,
  ends_at integer not null,
  used_at integer
);
create index refresh_tokens_by_session on refresh_tokens (session_id);

create table workspaces (
  id text primary key not null,
  handle text not null unique,
  name text not null,
  created_at integer not null
);

create table memberships (
  workspace_id text not null,
  user_id text not null,
  role text not null,
  created_at integer not null,
  primary key (workspace_id, user_id)
);
create index memberships_by_user on memberships (user_id);

create table videos (
  id text primary key not null,
  workspace_id text not null,
  created_by text not null,
  title text not null,
  description text not null,
  status text not null check (status in ('uploading', 'processing', 'ready', 'failed')),
  visibility text not null check (visibility in ('public', 'unlisted', 'private')),
  epoch integer not null,
  source_key text,
  source_bytes integer,
  encode_id text,
  duration_ms integer,
  width_px integer,
  height_px integer,
  has_video integer not null,
  has_audio integer not null,
  failure_code text,
  created_at integer not null,
  updated_at integer not null,
  published_at integer,
  deleted_at integer,
  purged_at integer
);
create index videos_by_workspace on videos (workspace_id, id);
create index videos_by_publication on videos (visibility, status, published_at, id);
create index videos_by_deletion on videos (deleted_at, purged_at);

create table uploads (
  id text primary key not null,
  video_id text not null,
  workspace_id text not null,
  created_by text not null,
  file_name text not null,
  size_bytes integer not null,
  part_size_bytes integer not null,
  object_key text not null,
  multipart_id text not null,
  state text not null check (state in ('open', 'done', 'aborted', 'expired')),
  created_at integer not null,
  expires_at integer not null,
  ended_at integer
);
create index uploads_by_workspace on uploads (workspace_id, state, id);
create index uploads_by_expiry on uploads (state, expires_at);
create index uploads_by_video on uploads (video_id);

create table upload_parts (
  upload_id text not null,
  part_number integer not null,
  etag text not null,
  size_bytes integer not null,
  primary key (upload_id, part_number)
);

create table tasks (
  id text primary key not null,
  video_id text not null,
  workspace_id text not null,
  encode_id text not null,
  kind text not null,
  state text not null check (
    state in ('queued', 'starting', 'running', 'retry', 'done', 'failed', 'dead', 'cancelled')
  ),
  priority integer not null,
  attempt integer not null,
  lease_id text,
  lease_until integer,
  not_before integer not null,
  enqueued_at integer not null,
  seq integer not null,
  progress text,
  failure_code text,
  failure_message text,
  cpu_seconds real,
  move_id text,
  created_at integer not null,
  updated_at integer not null,
  finished_at integer,
  swept_at integer
);
create index tasks_by_state on tasks (state, priority, id);
create index tasks_by_video on tasks (video_id, id);

create table encodes (
  id text primary key not null,
  video_id text not null,
  task_id text not null,
  attempt integer not null,
  prefix text not null,
  poster_key text,
  storyboard text,
  created_at integer not null
);
create index encodes_by_video on encodes (video_id);

create table renditions (
  encode_id text not null,
  name text not null,
  kind text not null,
  codecs text not null,
  peak_bits_per_second integer not null,
  average_bits_per_second integer not null,
  width_px integer,
  height_px integer,
  frames_per_second real,
  channels integer,
  language text,
  iframe_bits_per_second integer,
  size_bytes integer not null,
  created_at integer not null,
  primary key (encode_id, name)
);

create table dead_letters (
  id integer primary key autoincrement not null,
  queue text not null,
  body text not null,
  created_at integer not null,
  replayed_at integer
);

create table events (
  seq integer primary key autoincrement not null,
  id text not null,
  kind text not null,
  workspace_id text,
  video_id text,
  actor_id text,
  data text not null,
  request_id text not null,
  created_at integer not null,
  failures integer not null,
  dispatched_at integer
);
create unique index events_by_id on events (id);
create index events_waiting on events (seq) where dispatched_at is null;
create index events_by_video on events (video_id, seq);

create table idempotency_keys (
  key text not null,
  scope text not null,
  body_hash text not null,
  status integer,
  reply text,
  created_at integer not null,
  primary key (scope, key)
);

create table rate_limits (
  key text primary key not null,
  count integer not null,
  ends_at integer not null
);
