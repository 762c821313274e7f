-- Why: an uploaded file plays at once, from the parts that have arrived; sharper renditions join.

-- A source lies in parts that are never joined. Null: one object, from before.
alter table videos add column source_part_bytes integer;
-- What plays before the encode does: a rendition made first, where the file itself cannot play.
alter table videos add column opening_id text;
alter table uploads drop column multipart_id;

-- What is known of an uploaded file, and whether it plays as it is.
create table sources (
  video_id text primary key not null,
  upload_id text not null,
  state text not null check (state in ('waiting', 'arriving', 'playable', 'unplayable')),
  opening text not null check (opening in ('none', 'audio', 'lowest')),
  obstacle text,
  summary text,
  needs_offset integer,
  front_bytes integer,
  looks integer not null,
  created_at integer not null,
  updated_at integer not null
);

-- Renditions join a film before its encode is whole, and some before they are whole themselves.
alter table renditions add column is_growing integer not null default 0;
alter table encodes add column is_complete integer not null default 1;
