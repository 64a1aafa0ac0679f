// Generated from the database by `npm run gen-tables`; do not edit.
export interface Tables {}
