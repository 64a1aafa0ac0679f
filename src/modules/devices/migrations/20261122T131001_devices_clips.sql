-- Whether a camera's moving pictures of the time of an alarm are kept: not at all, from the alarm on, or from before it, for which they are held in memory all the time.
alter table devices.device add column clip text not null default 'off' check (clip in ('off', 'after', 'around'));
create index device_clip on devices.device (clip) where clip = 'around' and state = 'active';
