// Single-page apps of another origin sign in, renew their tokens and sign out, with okta-auth-js
// and oidc-client-ts in a browser.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { admin, newUser, newWebApp, url } from './org.js';

const scripts = {
  '/okta-auth-js.js': 'node_modules/@okta/okta-auth-js/dist/okta-auth-js.min.js',
  '/oidc-client-ts.js': 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js',
};

describe('single-page apps', () => {
  let browser, server, origin, user, app;

  before(async () => {
    // The app's pages: an empty one for each library, which the tests call functions of.
    server = createServer((request, response) => {
      const path = new URL(request.url, 'http://app').pathname;
      if (scripts[path]) {
        response.setHeader('Content-Type', 'text/javascript');
        response.end(readFileSync(scripts[path]));
        return;
      }
      const library = path.startsWith('/okta') ? 'okta-auth-js' : 'oidc-client-ts';
      response.setHeader('Content-Type', 'text/html');
      response.end(`<!DOCTYPE html><title>app</title><script src="/${library}.js"></script>`
        + (path === '/oidc/silent' ? `<script>new oidc.UserManager({ authority: 'x', client_id: 'x', redirect_uri: 'x' }).signinSilentCallback();</script>` : ''));
    });
    await new Promise(resolve => { server.listen(0, '127.0.0.1', resolve); });
    origin = `http://127.0.0.1:${server.address().port}`;
    user = await newUser();
    app = await newWebApp(user, `${origin}/oidc/callback`, {
      credentials: { token_endpoint_auth_method: 'none' },
      application_type: 'browser',
      redirect_uris: [`${origin}/okta/callback`, `${origin}/oidc/callback`, `${origin}/oidc/silent`],
      post_logout_redirect_uris: [`${origin}/okta/`, `${origin}/oidc/`],
    });
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    });
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  // open shows a page of the app in a new browser profile and collects what goes wrong in it.
  async function open(path) {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.failures = [];
    page.on('console', message => { if (/CORS|Refused/.test(message.text())) page.failures.push(message.text()); });
    await page.goto(origin + path);
    return page;
  }

  async function signIn(page, callback) {
    await page.getByLabel('Username').fill(user.login);
    await page.getByLabel('Password').fill(user.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${origin}${callback}?**`);
  }

  // okta makes the client of okta-auth-js in the page.
  const okta = (page, scopes) => page.evaluate(([issuer, clientId, scopes]) => {
    window.client = new OktaAuth({
      issuer, clientId, scopes, redirectUri: `${location.origin}/okta/callback`, postLogoutRedirectUri: `${location.origin}/okta/`,
      tokenManager: { autoRenew: false }, services: { autoRenew: false },
    });
  }, [url, app.id, scopes]);

  for (const [how, scopes] of [
    ['a refresh token', ['openid', 'profile', 'email', 'offline_access']],
    ['prompt=none in a frame', ['openid', 'profile', 'email']],
  ]) {
    test(`okta-auth-js signs in, renews by ${how}, and signs out`, async () => {
      const page = await open('/okta/');
      await okta(page, scopes);
      await page.evaluate(() => { window.client.signInWithRedirect({ originalUri: '/okta/' }); });
      await signIn(page, '/okta/callback');
      await okta(page, scopes);
      const before = await page.evaluate(async () => {
        await window.client.storeTokensFromRedirect();
        return { user: await window.client.getUser(), access: window.client.getAccessToken(), id: window.client.getIdToken() };
      });
      assert.equal(before.user.email, user.login);
      const renewed = await page.evaluate(async () => {
        await window.client.tokenManager.renew('accessToken');
        return { access: window.client.getAccessToken(), id: window.client.getIdToken() };
      });
      assert.ok(renewed.access && renewed.access !== before.access, 'another access token');
      await page.evaluate(() => { window.client.signOut(); });
      await page.waitForURL(address => address.href.startsWith(`${origin}/okta/`) && address.pathname === '/okta/');
      await signedOut(page, before.access, renewed.access);
    });
  }

  const oidcClient = (page, scope) => page.evaluate(([authority, client_id, scope]) => {
    window.client = new oidc.UserManager({
      authority, client_id, scope, redirect_uri: `${location.origin}/oidc/callback`, silent_redirect_uri: `${location.origin}/oidc/silent`,
      post_logout_redirect_uri: `${location.origin}/oidc/`, loadUserInfo: true, revokeTokensOnSignout: true,
      userStore: new oidc.WebStorageStateStore({ store: localStorage }),
    });
  }, [url, app.id, scope]);

  for (const [how, scope] of [['a refresh token', 'openid profile email offline_access'], ['prompt=none in a frame', 'openid profile email']]) {
    test(`oidc-client-ts signs in, renews by ${how}, and signs out`, async () => {
      const page = await open('/oidc/');
      await oidcClient(page, scope);
      await page.evaluate(() => { window.client.signinRedirect(); });
      await signIn(page, '/oidc/callback');
      await oidcClient(page, scope);
      const before = await page.evaluate(async () => {
        const { access_token, profile } = await window.client.signinRedirectCallback();
        return { access: access_token, profile };
      });
      assert.equal(before.profile.email, user.login);
      assert.equal(before.profile.email_verified, true, 'from userinfo');
      const renewed = await page.evaluate(async () => (await window.client.signinSilent()).access_token);
      assert.ok(renewed && renewed !== before.access, 'another access token');
      await page.evaluate(() => { window.client.signoutRedirect(); });
      await page.waitForURL(address => address.href.startsWith(`${origin}/oidc/`) && address.pathname === '/oidc/');
      await signedOut(page, renewed);
    });
  }

  // signedOut: the session has ended, the token is revoked, and no answer was hidden from the page.
  async function signedOut(page, ...tokens) {
    const answer = await page.evaluate(async ([org, clientId, redirect]) => {
      const frame = document.createElement('iframe');
      const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirect, response_type: 'code', scope: 'openid', prompt: 'none',
        state: 's', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' });
      frame.src = `${org}/oauth2/v1/authorize?${query}`;
      const loaded = new Promise(resolve => { frame.onload = resolve; });
      document.body.append(frame);
      await loaded;
      return new URL(frame.contentWindow.location).searchParams.get('error');
    }, [url, app.id, `${origin}/okta/callback`]);
    assert.equal(answer, 'login_required');
    const last = tokens.at(-1);
    const response = await fetch(`${url}/oauth2/v1/userinfo`, { headers: { Authorization: `Bearer ${last}` } });
    assert.equal(response.status, 401, 'the token is revoked');
    assert.deepEqual(page.failures, []);
    await page.context().close();
  }

  test('a page of an origin that nobody trusts reads nothing', async () => {
    const stranger = createServer((_, response) => { response.setHeader('Content-Type', 'text/html'); response.end('<!DOCTYPE html>'); });
    await new Promise(resolve => { stranger.listen(0, '127.0.0.1', resolve); });
    const page = await browser.newPage();
    const read = path => page.evaluate(address => fetch(address).then(r => r.status, () => 'blocked'), url + path);
    await page.goto(`http://127.0.0.1:${stranger.address().port}/`);
    assert.equal(await read('/.well-known/openid-configuration'), 'blocked');
    await admin('POST', '/api/v1/trustedOrigins', { name: 'stranger', origin: new URL(page.url()).origin, scopes: [{ type: 'CORS' }] });
    assert.equal(await read('/.well-known/openid-configuration'), 200, 'once it is trusted');
    assert.equal(await read('/api/v1/users/me'), 403, 'without a session');
    await page.close();
    stranger.close();
  });
});
