// oauth4webapi signs a person in: authorization code with PKCE, then everything
// that can be done with the tokens.
import { describe, test, before } from 'node:test';
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { newUser, newWebApp, signIn, url } from './org.js';

const redirectURI = 'http://127.0.0.1:8484/callback';
const insecure = { [oauth.allowInsecureRequests]: true }; // http, as it is on this machine
const issuer = new URL(url);
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));

for (const dpop of [false, true]) {
  describe(`authorization code with PKCE, ${dpop ? 'DPoP' : 'bearer'} tokens`, () => {
    let user, client, authentication, options;
    let tokens, claims;

    before(async () => {
      user = await newUser();
      const app = await newWebApp(user, redirectURI, { dpop_bound_access_tokens: dpop });
      client = { client_id: app.credentials.oauthClient.client_id };
      authentication = oauth.ClientSecretBasic(app.credentials.oauthClient.client_secret);
      options = dpop ? { ...insecure, DPoP: oauth.DPoP(client, await oauth.generateKeyPair('ES256')) } : insecure;
    });

    // again repeats a request of the token endpoint once, when it asks for a nonce.
    async function again(request, process) {
      try {
        return await process(await request());
      } catch (error) {
        if (!oauth.isDPoPNonceError(error)) throw error;
        return process(await request());
      }
    }

    async function redeem(verifier, callback, nonce) {
      return again(
        () => oauth.authorizationCodeGrantRequest(as, client, authentication, callback, redirectURI, verifier, options),
        response => oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, requireIdToken: true }));
    }

    async function authorize(verifier, state, nonce) {
      const request = new URL(as.authorization_endpoint);
      request.search = new URLSearchParams({
        client_id: client.client_id, redirect_uri: redirectURI, response_type: 'code', state, nonce,
        scope: 'openid profile email offline_access', code_challenge_method: 'S256',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      });
      return signIn(request, user);
    }

    function refresh(refreshToken) {
      return again(
        () => oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken, options),
        response => oauth.processRefreshTokenResponse(as, client, response));
    }

    async function introspect(token) {
      return oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, authentication, token, insecure));
    }

    async function userInfo(accessToken) {
      const response = await oauth.userInfoRequest(as, client, accessToken, options);
      return oauth.processUserInfoResponse(as, client, claims.sub, response);
    }

    test('signs in and gets an access, an ID and a refresh token', async () => {
      const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
      const callback = oauth.validateAuthResponse(as, client, await authorize(verifier, state, nonce), state);
      tokens = await redeem(verifier, callback, nonce);
      assert.equal(tokens.token_type, dpop ? 'dpop' : 'bearer');
      assert.equal(tokens.expires_in, 3600);
      claims = oauth.getValidatedIdTokenClaims(tokens);
      assert.deepEqual([claims.sub, claims.iss, claims.preferred_username], [user.id, url, user.login]);
    });

    test('asks who signed in', async () => {
      const info = await userInfo(tokens.access_token);
      assert.deepEqual([info.email, info.given_name, info.family_name], [user.login, 'Ada', 'Admin']);
    });

    test('introspects the token', async () => {
      const seen = await introspect(tokens.access_token);
      assert.deepEqual([seen.active, seen.token_type, seen.client_id, seen.username, seen.uid],
        [true, dpop ? 'DPoP' : 'Bearer', client.client_id, user.login, user.id]);
      assert.equal(typeof seen.cnf?.jkt, dpop ? 'string' : 'undefined');
    });

    test('rotates the refresh token: the old one is good no more', async () => {
      const old = tokens.refresh_token;
      tokens = await refresh(old);
      assert.notEqual(tokens.refresh_token, old);
      await userInfo(tokens.access_token);
      const fresh = await refresh(tokens.refresh_token);
      await assert.rejects(refresh(old), { status: 400, error: 'invalid_grant', error_description: 'The refresh token is invalid or expired.' });
      await assert.rejects(refresh(fresh.refresh_token), { error: 'invalid_grant' }, 'reuse ends the whole family');
    });

    test('revokes the token', async () => {
      const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
      const callback = oauth.validateAuthResponse(as, client, await authorize(verifier, state, nonce), state);
      tokens = await redeem(verifier, callback, nonce);
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, tokens.access_token, insecure));
      assert.equal((await introspect(tokens.access_token)).active, false);
      await assert.rejects(userInfo(tokens.access_token), error => {
        assert.deepEqual([error.status, error.cause[0].parameters.error], [401, 'invalid_token']);
        return true;
      });
    });

    test('another code verifier is refused: invalid_grant', async () => {
      const state = oauth.generateRandomState();
      const nonce = oauth.generateRandomNonce();
      const callback = oauth.validateAuthResponse(as, client, await authorize(oauth.generateRandomCodeVerifier(), state, nonce), state);
      await assert.rejects(redeem(oauth.generateRandomCodeVerifier(), callback, nonce),
        { status: 400, error: 'invalid_grant', error_description: 'PKCE verification failed.' });
    });
  });
}
