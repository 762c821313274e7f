-- How plays of a video went. Nothing in it tells who watched.
create table play_sessions (
  video_id text not null,
  play_id text not null,
  workspace_id text not null,
  seq integer not null,
  place text not null,
  device text not null,
  player_version text not null,
  startup_ms integer,
  watched_ms integer not null,
  stalls integer not null,
  stalled_ms integer not null,
  mean_kbps integer,
  last_kbps integer,
  height_px integer,
  dropped_frames integer not null,
  exit text not null,
  error text,
  started_at integer not null,
  updated_at integer not null,
  primary key (video_id, play_id)
);
create index play_sessions_by_start on play_sessions (video_id, started_at);
create index play_sessions_by_age on play_sessions (started_at);
