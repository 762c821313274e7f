-- Why: links that are given to people, each with limits of its own, and ended one by one.

create table links (
  id text primary key not null,
  video_id text not null,
  workspace_id text not null,
  created_by text not null,
  label text not null,
  restrictions text not null,
  epoch integer not null,
  created_at integer not null,
  ends_at integer not null,
  revoked_at integer
);
create index links_by_video on links (video_id, ends_at);
