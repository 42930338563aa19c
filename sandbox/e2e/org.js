// The org under test, and what the stories need in it. Set up over plain HTTP
// with the admin's API token, so that no story depends on another's client.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';

export const { url, token } = JSON.parse(readFileSync(process.env.SANDBOX_READY_FILE, 'utf8'));

// admin calls the management API as the org's super admin.
export async function admin(method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `SSWS ${token}`, Accept: 'application/json', 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

// newKey makes an RSA key pair for one story: the private key as PEM, the
// public one as a JWK.
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  return {
    kid,
    privateKey,
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' },
  };
}

// oidcApp is the document of an app to be created.
export function oidcApp(label, credentials, settings) {
  return {
    name: 'oidc_client',
    label: `${label} ${randomUUID()}`,
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: credentials },
    settings: { oauthClient: settings },
  };
}

export function serviceApp(key, settings = {}) {
  return oidcApp('Service', { token_endpoint_auth_method: 'private_key_jwt' }, {
    application_type: 'service',
    grant_types: ['client_credentials'],
    response_types: ['token'],
    jwks: { keys: [key.jwk] },
    ...settings,
  });
}

// newServiceApp creates a service app with the scopes and, if given, the role.
export async function newServiceApp(key, { scopes, role, ...settings }) {
  const app = await admin('POST', '/api/v1/apps', serviceApp(key, settings));
  if (role) await admin('POST', `/oauth2/v1/clients/${app.id}/roles`, { type: role });
  await grant(app.id, scopes);
  return app;
}

export async function grant(appId, scopes) {
  for (const scopeId of scopes) await admin('POST', `/api/v1/apps/${appId}/grants`, { issuer: url, scopeId });
}

// newUser creates an active user and tells his password, in which no part of the login is.
export async function newUser() {
  const login = `${randomUUID().replaceAll('-', '')}@example.com`;
  const password = `Aa1-${randomUUID()}`;
  const user = await admin('POST', '/api/v1/users?activate=true', {
    profile: { firstName: 'Ada', lastName: 'Admin', email: login, login },
    credentials: { password: { value: password } },
  });
  return { id: user.id, login, password };
}

// newWebApp creates a web app for the authorization code flow, with the user
// assigned to it.
export async function newWebApp(user, redirectURI, { scopes = [], credentials = {}, ...settings } = {}) {
  const app = await admin('POST', '/api/v1/apps', oidcApp('Okta API explorer',
    { token_endpoint_auth_method: 'client_secret_basic', pkce_required: true, ...credentials },
    {
      application_type: 'web',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [redirectURI],
      refresh_token: { rotation_type: 'ROTATE', leeway: 0 },
      ...settings,
    }));
  await admin('POST', `/api/v1/apps/${app.id}/users`, { id: user.id, scope: 'USER' });
  await grant(app.id, scopes);
  return app;
}

// signIn goes through an authorization request without a browser: the password
// for a session token, the session token for the redirect, whose URL it returns.
export async function signIn(authorizationURL, user) {
  const authn = await fetch(`${url}/api/v1/authn`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: user.login, password: user.password }),
  });
  const { sessionToken } = await authn.json();
  const request = new URL(authorizationURL);
  request.searchParams.set('sessionToken', sessionToken);
  const response = await fetch(request, { redirect: 'manual' });
  assert.equal(response.status, 302, await response.text());
  return new URL(response.headers.get('location'));
}
