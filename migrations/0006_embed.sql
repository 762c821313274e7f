-- Why: owners say on which sites their videos may be embedded.

-- JSON list of hosts; null is any site, an empty list none.
alter table videos add column embed_domains text;
