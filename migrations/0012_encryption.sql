-- Why: owners may have a film's segments travel encrypted, their keys given to holders of a link alone.

alter table videos add column encryption text not null default 'none'; -- none, aes-128
-- base64url, 32 bytes. It stays when encryption ends: segments that browsers keep still open with it.
alter table videos add column encryption_secret text;
