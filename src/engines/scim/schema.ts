/** An attribute as RFC 7643 §7 describes it; what this server keeps, and nothing else, is described. */
export type Attribute = {
  name: string;
  type: 'string' | 'boolean' | 'complex' | 'reference' | 'dateTime';
  description: string;
  multiValued?: true;
  required?: true;
  caseExact?: true;
  mutability?: 'readOnly' | 'immutable';
  returned?: 'always';
  uniqueness?: 'server';
  subAttributes?: readonly Attribute[];
  referenceTypes?: readonly string[];
};

export type Schema = { id: string; name: string; description: string; attributes: readonly Attribute[] };

/** A kind of resource: its own schema, those that extend it, and the standard attributes that are taken and not kept. */
export type ResourceKind = { name: string; endpoint: string; description: string; core: Schema; extensions: readonly Schema[] };

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

const text = (name: string, description: string, more: Partial<Attribute> = {}): Attribute => ({ name, type: 'string', description, ...more });

/** Attributes that every resource has beside its schema (RFC 7643 §3.1). */
export const COMMON: readonly Attribute[] = [
  text('id', 'Its id here.', { mutability: 'readOnly', returned: 'always', caseExact: true, uniqueness: 'server' }),
  text('externalId', 'Its id at the provider.', { caseExact: true }),
  { name: 'meta', type: 'complex', description: 'What is known of the resource itself.', mutability: 'readOnly', subAttributes: [
    text('resourceType', 'User or Group.', { mutability: 'readOnly' }), { name: 'created', type: 'dateTime', description: 'When it came here.', mutability: 'readOnly' },
    { name: 'lastModified', type: 'dateTime', description: 'When it was changed last.', mutability: 'readOnly' }, text('location', 'Its address.', { mutability: 'readOnly' }), text('version', 'Its entity tag.', { mutability: 'readOnly' }),
  ] },
];

const several = (name: string, description: string, subAttributes: readonly Attribute[]): Attribute => ({ name, type: 'complex', description, multiValued: true, subAttributes });
const OF_SEVERAL: readonly Attribute[] = [text('type', 'work'), { name: 'primary', type: 'boolean', description: 'The one that is used.' }];

/** People, as far as Parapet keeps them (RFC 7643 §4.1). */
export const USER: ResourceKind = {
  name: 'User', endpoint: '/Users', description: 'A person of the register who signs in',
  core: { id: USER_SCHEMA, name: 'User', description: 'A person', attributes: [
    text('userName', 'The name at the provider; with it the person is found. Where it is an e-mail address and no other is given, it is the address to sign in with.', { required: true, uniqueness: 'server' }),
    { name: 'name', type: 'complex', description: 'The parts of the name.', subAttributes: [text('formatted', 'The whole name.'), text('givenName', 'First name.'), text('familyName', 'Family name.')] },
    text('displayName', 'The name as it is shown.'), text('title', 'What they are here.'),
    { name: 'active', type: 'boolean', description: 'Whether they may come in. false suspends: sessions and keys end at once and open work is handed over.' },
    several('emails', 'One address is kept: the primary one, else that of work, else the first.', [text('value', 'The address.'), ...OF_SEVERAL]),
    several('phoneNumbers', 'One number is kept: that of work, else the mobile one, else the first.', [text('value', 'The number.'), ...OF_SEVERAL]),
    several('addresses', 'One office is kept: that of work, else the first. Where a site has that code or name it becomes the home site.', [text('formatted', 'The office.'), ...OF_SEVERAL]),
    { ...several('groups', 'The groups that the person is in.', [text('value', 'Id of the group.', { mutability: 'readOnly' }), text('display', 'Its name.', { mutability: 'readOnly' })]), mutability: 'readOnly' },
  ] },
  extensions: [{ id: ENTERPRISE_SCHEMA, name: 'EnterpriseUser', description: 'A person in their company (RFC 7643 §4.3)', attributes: [
    text('department', 'Department.'),
    { name: 'manager', type: 'complex', description: 'To whom they report.', subAttributes: [text('value', 'Id of that person here.', { caseExact: true }), text('displayName', 'Their name.', { mutability: 'readOnly' })] },
  ] }],
};

/** Groups (RFC 7643 §4.2). A group gives nothing by itself. */
export const GROUP: ResourceKind = {
  name: 'Group', endpoint: '/Groups', description: 'A group of people; an administrator says in Parapet which roles it gives, if any',
  core: { id: GROUP_SCHEMA, name: 'Group', description: 'A group of people', attributes: [
    text('displayName', 'What it is called.', { required: true }),
    several('members', 'Who is in it: people only.', [text('value', 'Id of the person here.', { mutability: 'immutable', caseExact: true }), text('display', 'Their name.', { mutability: 'readOnly' }), text('type', 'User', { mutability: 'immutable' })]),
  ] },
  extensions: [],
};

const STANDARD = new Set([
  'schemas', 'password', 'nickname', 'profileurl', 'usertype', 'preferredlanguage', 'locale', 'timezone', 'ims', 'photos', 'entitlements', 'roles', 'x509certificates', 'employeenumber', 'costcenter', 'organization', 'division',
  'middlename', 'honorificprefix', 'honorificsuffix', 'streetaddress', 'locality', 'region', 'postalcode', 'country', 'display', 'displayname', 'primary', 'type', '$ref', 'formatted', 'value',
]);

/** A standard attribute that is taken and not kept, so that a provider that sends it is not refused (RFC 7644 §3.3, §3.5.1). */
export const isTakenNotKept = (name: string): boolean => STANDARD.has(name.toLowerCase());

export const attributesOf = (kind: ResourceKind): readonly Attribute[] => [...COMMON, ...kind.core.attributes];
export const named = (attributes: readonly Attribute[], name: string): Attribute | undefined => attributes.find((one) => one.name.toLowerCase() === name.toLowerCase());
