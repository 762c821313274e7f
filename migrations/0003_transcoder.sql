-- Why: long films are made by many tasks at once; films have several sounds, captions and posters.

-- Each lane has places of its own in the fleet, and in a lane workspaces take turns.
alter table tasks add column lane text not null default 'short';
alter table tasks add column started_at integer;
-- Chunks and pictures are parts of the task that split the film.
alter table tasks add column parent_id text;
alter table tasks add column chunk text;
-- A film that could not be made in chunks is made whole.
alter table tasks add column is_whole integer not null default 0;
alter table tasks add column is_split integer not null default 0;
-- Some renditions of this encode are made again.
alter table tasks add column remake_of text;
alter table tasks add column only_names text;
alter table tasks add column replaced text;
-- What owners are shown of all parts together; neither ever jumps back.
alter table tasks add column shown_percent real not null default 0;
alter table tasks add column time_left_ms integer;
-- Attempts that ended without a report, of five: one that was handed back is not one of them.
alter table tasks add column lost integer not null default 0;
update tasks set lost = max(0, attempt - 1);
create index tasks_unswept on tasks (finished_at) where swept_at is null;
create index tasks_by_lane on tasks (lane, state, workspace_id);
create index tasks_by_service on tasks (lane, workspace_id, started_at);
create index tasks_by_parent on tasks (parent_id, state);

create table splits (
  task_id text primary key not null,
  encode_id text not null,
  plan text not null,
  media text not null,
  input text,
  chunk_count integer not null,
  created_at integer not null,
  composed_at integer,
  move_id text
);
create index splits_waiting on splits (task_id) where composed_at is null;

create table chunks (
  task_id text primary key not null,
  parent_id text not null,
  number integer not null,
  prefix text not null,
  renditions text not null,
  created_at integer not null
);
create index chunks_by_parent on chunks (parent_id, number);

alter table encodes add column pictures text;
-- Where they lie, of a long film; null: with the encode.
alter table encodes add column pictures_prefix text;
alter table encodes add column captions text;
alter table encodes add column choices text;
update encodes set pictures = json_object(
  'posters', case when poster_key is null then json_array()
    else json_array(json_object('key', poster_key, 'atSeconds', 0)) end,
  'storyboard', json(storyboard), 'previewKey', null, 'peaks', null);
alter table encodes drop column poster_key;
alter table encodes drop column storyboard;

-- Where a rendition lies that was made again: `enc_…/a1`. Null: with its encode.
alter table renditions add column location text;
alter table renditions add column track integer;
alter table renditions add column label text;

alter table videos add column poster integer not null default 0;
alter table workspaces add column transcode text;
