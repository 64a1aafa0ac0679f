-- Whoever was signed in signs in again. API keys stay: docs/decisions/2026-11-21-backups-are-logical.md
delete from access.session where kind = 'browser';
