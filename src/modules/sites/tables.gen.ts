// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Json = JsonValue;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export interface SitesPlan {
  changedAt: Generated<string>;
  drawing: Generated<Json>;
  fileId: string;
  floorId: string;
  georeference: Json | null;
  heightPx: number | null;
  metresPerPx: number | null;
  outline: Generated<Json>;
  pictureId: string | null;
  source: 'picture' | 'shapes';
  version: Generated<number>;
  widthPx: number | null;
}

export interface SitesSite {
  above: Generated<string[]>;
  address: Generated<string>;
  changedAt: Generated<string>;
  city: Generated<string>;
  code: string;
  country: string | null;
  createdAt: Generated<string>;
  id: string;
  kind: 'region' | 'country' | 'site' | 'building' | 'floor' | 'zone' | 'room';
  latitude: number | null;
  longitude: number | null;
  name: string;
  parentId: string | null;
  state: ColumnType<'active' | 'closed', 'active' | 'closed' | undefined, 'active' | 'closed'>;
  timeZone: string;
  version: Generated<number>;
}

export interface SitesVSite {
  code: string | null;
  id: string | null;
  name: string | null;
  state: string | null;
  timeZone: string | null;
}

export interface Tables {
  'sites.plan': SitesPlan;
  'sites.site': SitesSite;
  'sites.vSite': SitesVSite;
}
