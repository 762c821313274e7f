-- Why: the parts of a film by name, as its editors wrote them: JSON, or null where they wrote none.

alter table videos add column chapters text;
