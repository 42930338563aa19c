// Okta's JWT verifier accepts the org's tokens, and only for whom they are.
import { describe, test, before } from 'node:test';
import assert from 'node:assert/strict';
import OktaJwtVerifier from '@okta/jwt-verifier';
import * as client from 'openid-client';
import { newUser, newWebApp, signIn, url } from './org.js';

const redirectURI = 'http://127.0.0.1:8484/callback';

describe('the tokens of a sign-in', () => {
  const nonce = client.randomNonce();
  // The verifier takes http with its own switch for tests. The keys of an org
  // authorization server are not where it looks by default, at Okta neither.
  const verifier = new OktaJwtVerifier({ issuer: url, jwksUri: `${url}/oauth2/v1/keys`, testing: { disableHttpsCheck: true } });
  let user, clientId, tokens;

  before(async () => {
    user = await newUser();
    const app = await newWebApp(user, redirectURI);
    const { client_id, client_secret } = app.credentials.oauthClient;
    clientId = client_id;
    const config = await client.discovery(new URL(url), client_id, client_secret, undefined, { execute: [client.allowInsecureRequests] });
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const callback = await signIn(client.buildAuthorizationUrl(config, {
      redirect_uri: redirectURI, scope: 'openid email', state, nonce,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
    }), user);
    tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState: state, expectedNonce: nonce });
  });

  test('the access token is for the org', async () => {
    const { claims } = await verifier.verifyAccessToken(tokens.access_token, url);
    assert.deepEqual([claims.sub, claims.uid, claims.cid, claims.scp], [user.login, user.id, clientId, ['openid', 'email']]);
  });

  test('the ID token is for the app', async () => {
    const { claims } = await verifier.verifyIdToken(tokens.id_token, clientId, nonce);
    assert.deepEqual([claims.sub, claims.email, claims.amr], [user.id, user.login, ['pwd']]);
  });

  test('neither is for anyone else', async () => {
    await assert.rejects(verifier.verifyAccessToken(tokens.access_token, clientId), /does not match expected audience/);
    await assert.rejects(verifier.verifyIdToken(tokens.id_token, url, nonce), /does not match expected client id/);
    await assert.rejects(verifier.verifyIdToken(tokens.id_token, clientId, 'another'), /does not match expected nonce: another/);
  });

  test('a changed token has a bad signature', async () => {
    const [header, payload, signature] = tokens.access_token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url'));
    const forged = Buffer.from(JSON.stringify({ ...claims, scp: ['okta.users.manage'] })).toString('base64url');
    await assert.rejects(verifier.verifyAccessToken(`${header}.${forged}.${signature}`, url), /Signature verification failed/);
  });
});
