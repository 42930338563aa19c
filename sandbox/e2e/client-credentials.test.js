// openid-client gets tokens for a service app that signs its client assertion.
import { describe, test, before } from 'node:test';
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { newKey, newServiceApp, url } from './org.js';

// signingKey gives the private key as the Web Crypto key that the library takes.
export function signingKey(key) {
  return crypto.subtle.importKey('pkcs8', key.privateKey.export({ type: 'pkcs8', format: 'der' }),
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']);
}

async function discover(app, key) {
  // Okta wants the token endpoint as the audience of the assertion.
  const audience = { [client.modifyAssertion]: (_, claims) => { claims.aud = `${url}/oauth2/v1/token`; } };
  const authentication = client.PrivateKeyJwt({ key: await signingKey(key), kid: key.kid }, audience);
  return client.discovery(new URL(url), app.id, undefined, authentication, { execute: [client.allowInsecureRequests] });
}

for (const dpop of [false, true]) {
  describe(`client credentials, ${dpop ? 'DPoP' : 'bearer'} tokens`, () => {
    const key = newKey();
    let config;
    let options;

    before(async () => {
      const app = await newServiceApp(key, { scopes: ['okta.users.read'], role: 'READ_ONLY_ADMIN', dpop_bound_access_tokens: dpop });
      config = await discover(app, key);
      options = dpop ? { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) } : {};
    });

    test('gets a token for an hour and reads users with it', async () => {
      const tokens = await client.clientCredentialsGrant(config, { scope: 'okta.users.read' }, options);
      assert.deepEqual([tokens.token_type, tokens.expires_in, tokens.scope], [dpop ? 'dpop' : 'bearer', 3600, 'okta.users.read']);
      const response = await client.fetchProtectedResource(config, tokens.access_token, new URL(`${url}/api/v1/users?limit=1`), 'GET',
        undefined, undefined, options);
      assert.equal(response.status, 200);
      assert.equal((await response.json()).length, 1);
    });

    test('is refused a scope that is not granted: consent_required', async () => {
      await assert.rejects(client.clientCredentialsGrant(config, { scope: 'okta.users.manage' }, options),
        { status: 400, error: 'consent_required', error_description: 'You are not allowed any of the requested scopes.' });
    });

    test('is refused an unknown scope: invalid_scope', async () => {
      await assert.rejects(client.clientCredentialsGrant(config, { scope: 'okta.unicorns.read' }, options), { status: 400, error: 'invalid_scope' });
    });

    if (!dpop) return;

    test('is refused a token without a proof: invalid_dpop_proof', async () => {
      await assert.rejects(client.clientCredentialsGrant(config, { scope: 'okta.users.read' }),
        { status: 400, error: 'invalid_dpop_proof', error_description: 'The DPoP proof JWT header is missing.' });
    });

    test('is refused a call with the proof of another key', async () => {
      const { access_token: stolen } = await client.clientCredentialsGrant(config, { scope: 'okta.users.read' }, options);
      const thief = { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) };
      await assert.rejects(client.fetchProtectedResource(config, stolen, new URL(`${url}/api/v1/users`), 'GET', undefined, undefined, thief),
        error => {
          const [{ scheme, parameters }] = error.cause;
          assert.deepEqual([scheme, parameters.error], ['dpop', 'invalid_dpop_proof']);
          return true;
        });
    });
  });
}

test('a key that the app does not have is refused: invalid_client', async () => {
  const app = await newServiceApp(newKey(), { scopes: ['okta.users.read'] });
  const config = await discover(app, newKey());
  await assert.rejects(client.clientCredentialsGrant(config, { scope: 'okta.users.read' }), { status: 401, error: 'invalid_client' });
});
