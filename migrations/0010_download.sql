-- Why: owners say whether viewers may take a video along as a file.

-- none, video (as it was converted), original (the uploaded file too).
alter table videos add column downloads text not null default 'none';
