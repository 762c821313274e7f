-- Why: a workspace says on how many devices one viewer may watch at once.

-- Null: on any number.
alter table workspaces add column max_streams_per_viewer integer;
