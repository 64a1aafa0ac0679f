import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';

export const CLIENT = { id: 'parapet', secret: 'a secret between the two' };

/** Who sits at the provider: its own subject for them, what their token says, and when they showed themselves (seconds). */
type Sitting = { subject: string; claims?: Record<string, unknown>; amr?: string[]; ts?: number };
type Claims = Record<string, unknown>;

const newKey = (): KeyObject => createPrivateKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What a token says, changed, and signed again as said. */
function resigned(token: string, change: (claims: Claims) => Claims, key: KeyObject | null): string {
  const [header = '', claims = ''] = token.split('.').map((one) => Buffer.from(one, 'base64url').toString('utf8'));
  const said = `${part({ ...(JSON.parse(header) as object), ...(key ? {} : { alg: 'none' }) })}.${part(change(JSON.parse(claims) as Claims))}`;
  return `${said}.${key ? sign('sha256', Buffer.from(said), key).toString('base64url') : ''}`;
}

/** A real provider of OpenID Connect on this machine (oidc-provider), with a door that lets in whoever sits there without asking. */
export async function aProvider(redirectUris: readonly string[], { port = 0, logoutUri }: { port?: number; logoutUri?: string } = {}) {
  const key = newKey();
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state = { sitting: { subject: 'nobody' } as Sitting, declines: false, change: null as ((claims: Claims) => Claims) | null, signedBy: key as KeyObject | null, sid: null as string | null };
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [...redirectUris], grant_types: ['authorization_code'], response_types: ['code'], ...(logoutUri !== undefined && { backchannel_logout_uri: logoutUri, backchannel_logout_session_required: true }) }],
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] }, cookies: { keys: ['of the test'] }, features: { devInteractions: { enabled: false }, ...(logoutUri !== undefined && { backchannelLogout: { enabled: true } }) },
    // It is on this machine, which it would not speak to otherwise.
    fetch: (url, { dispatcher: _itsOwn, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    claims: { openid: ['sub', 'amr'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] }, conformIdTokenClaims: false,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, ...state.sitting.claims }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId ?? '', accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  } as Configuration);
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next();
    const body = ctx.body as { id_token?: string } | undefined;
    if (body?.id_token) state.sid = ((JSON.parse(Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { sid?: string }).sid) ?? null;
    if (body?.id_token && state.change) ctx.body = { ...body, id_token: resigned(body.id_token, state.change, state.signedBy) };
  });
  const answer = provider.callback();
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response) as unknown as Promise<void>;
    const { subject, amr, ts } = state.sitting;
    await provider.interactionFinished(request, response, state.declines ? { error: 'access_denied' } : { login: { accountId: subject, ...(amr && { amr }), ...(ts && { ts }) } });
  };
  return {
    issuer,
    /** Who sits there now. */
    seat: (subject: string, told: Omit<Sitting, 'subject'> = {}): void => void Object.assign(state, { sitting: { subject, ...told }, declines: false, change: null, signedBy: key }),
    decline: (): void => void (state.declines = true),
    /** Changes what its tokens say from now on; signed by its own key, by another's, or by nobody. */
    lie: (change: (claims: Claims) => Claims, by: 'own' | 'foreign' | 'nobody' = 'own'): void => void Object.assign(state, { change, signedBy: by === 'own' ? key : by === 'foreign' ? newKey() : null }),
    /** What it called the session that it told of last. */
    lastSid: (): string | null => state.sid,
    /** Tells us itself that a session of its own has ended; throws where it is not answered as the standard says. */
    endSession: async (subject: string, sid: string): Promise<void> => {
      await ((await provider.Client.find(CLIENT.id)) as unknown as { backchannelLogout: (subject: string, sid: string) => Promise<void> }).backchannelLogout(subject, sid);
    },
    /** A logout token with these claims, signed by its own key, by another's, or by nobody. */
    logoutToken: (claims: Claims, by: 'own' | 'foreign' | 'nobody' = 'own', header: object = { alg: 'RS256', kid: 'one', typ: 'logout+jwt' }): string => {
      const said = `${part(by === 'nobody' ? { ...header, alg: 'none' } : header)}.${part(claims)}`;
      return `${said}.${by === 'nobody' ? '' : sign('sha256', Buffer.from(said), by === 'own' ? key : newKey()).toString('base64url')}`;
    },
    stop: (): Promise<void> => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}
export type TestProvider = Awaited<ReturnType<typeof aProvider>>;

/** A browser's way through the provider: from its address back to ours; the query with which it comes back. */
export async function walk(from: string, backTo: string): Promise<string> {
  const cookies = new Map<string, string>();
  for (let at = from, hops = 0; hops < 10; hops++) {
    if (at.startsWith(backTo)) return new URL(at).search;
    const reply = await fetch(at, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
    for (const line of reply.headers.getSetCookie()) cookies.set(line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1, line.indexOf(';')));
    const next = reply.headers.get('location');
    if (next === null) throw new Error(`The provider stops at ${at}: ${reply.status} ${(await reply.text()).slice(0, 500)}`);
    at = new URL(next, at).href;
  }
  throw new Error('The provider goes round in circles.');
}
