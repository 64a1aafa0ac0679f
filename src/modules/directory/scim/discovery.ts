import { type Attribute, attributesOf, COMMON, GROUP, type ResourceKind, type Schema, USER } from '#engines/scim/schema.ts';
import type { Json } from '#engines/scim/json.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { scimAddress } from '../directories.service.ts';
import { type Answer, listBody } from './answers.ts';

export const MOST_A_PAGE = 200;
const KINDS: readonly ResourceKind[] = [USER, GROUP];

/** What is supported (RFC 7643 §5). */
export const providerConfig = (): Answer => ({
  status: 200,
  body: {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'], patch: { supported: true }, bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 }, filter: { supported: true, maxResults: MOST_A_PAGE },
    changePassword: { supported: false }, sort: { supported: true }, etag: { supported: true },
    authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Key of the directory', description: 'Authorization: Bearer, with a key that was made in Parapet for this directory.', specUri: 'https://www.rfc-editor.org/info/rfc6750', primary: true }],
    meta: { resourceType: 'ServiceProviderConfig', location: `${scimAddress()}/ServiceProviderConfig` },
  },
});

const typeBody = ({ name, endpoint, description, core, extensions }: ResourceKind): Json => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'], id: name, name, endpoint, description, schema: core.id,
  schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })), meta: { resourceType: 'ResourceType', location: `${scimAddress()}/ResourceTypes/${name}` },
});

const said = ({ name, type, description, multiValued, required, caseExact, mutability, returned, uniqueness, subAttributes, referenceTypes }: Attribute): Json => ({
  name, type, description, multiValued: multiValued === true, required: required === true, mutability: mutability ?? 'readWrite', returned: returned ?? 'default', uniqueness: uniqueness ?? 'none',
  ...(type !== 'boolean' && type !== 'complex' && { caseExact: caseExact === true }), ...(referenceTypes && { referenceTypes }), ...(subAttributes && { subAttributes: subAttributes.map(said) }),
});

const schemaBody = ({ id, name, description, attributes }: Schema): Json => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'], id, name, description, attributes: attributes.map(said), meta: { resourceType: 'Schema', location: `${scimAddress()}/Schemas/${id}` },
});

const SCHEMAS: readonly Schema[] = KINDS.flatMap(({ core, extensions }) => [{ ...core, attributes: attributesOf({ ...USER, core }).filter((one) => !COMMON.includes(one)) }, ...extensions]);

const one = (found: Json | undefined): Answer => {
  if (!found) throw notFound();
  return { status: 200, body: found };
};
const all = (bodies: readonly Json[]): Answer => ({ status: 200, body: listBody(bodies, bodies.length, 1) });

export const resourceTypes = (): Answer => all(KINDS.map(typeBody));
export const resourceType = (name: string): Answer => one(KINDS.filter((kind) => kind.name === name).map(typeBody)[0]);
export const schemas = (): Answer => all(SCHEMAS.map(schemaBody));
export const schema = (id: string): Answer => one(SCHEMAS.filter((known) => known.id.toLowerCase() === id.toLowerCase()).map(schemaBody)[0]);
