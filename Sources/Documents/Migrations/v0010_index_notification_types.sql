-- notifications_by_type: the list of one type. One column, so that a walk along it ends with the type, and of what never
-- changes after acceptance, so that status writes stay heap-only. Making it keeps writers waiting.
CREATE INDEX notifications_by_type ON notifications ((tenant || '/' || (content ->> 'type')), id);
