// A person signs in on the org's page with a browser.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { newUser, newWebApp, url } from './org.js';

describe('the sign-in page', () => {
  const screenshots = process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'signin-'));
  let browser, page, listener, redirectURI, user, app;

  before(async () => {
    // The app's redirect URI: a listener that remembers nothing, as the
    // browser's address bar does.
    listener = createServer((_, response) => response.end('signed in'));
    await new Promise(resolve => { listener.listen(0, '127.0.0.1', resolve); });
    redirectURI = `http://127.0.0.1:${listener.address().port}/callback`;
    user = await newUser();
    app = await newWebApp(user, redirectURI);
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    });
    page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  });

  after(async () => {
    await browser?.close();
    listener?.close();
  });

  function shoot(name) {
    return page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  test('wrong password first, then the right one, ends at the redirect URI', async t => {
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(16).toString('base64url');
    const elsewhere = [];
    page.on('request', request => { if (!request.url().startsWith(url) && !request.url().startsWith(redirectURI)) elsewhere.push(request.url()); });
    await page.goto(`${url}/oauth2/v1/authorize?${new URLSearchParams({
      client_id: app.id, redirect_uri: redirectURI, response_type: 'code', scope: 'openid', state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
    })}`);
    await page.getByText(app.label).waitFor();
    await shoot('1-empty');

    await page.getByLabel('Username').fill(user.login);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Unable to sign in').waitFor();
    assert.equal(await page.getByLabel('Username').inputValue(), user.login, 'the username is kept');
    assert.equal(await page.getByLabel('Password').inputValue(), '', 'the password is not');
    await shoot('2-wrong-password');
    await page.setViewportSize({ width: 320, height: 568 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, 'nothing is wider than a small phone');
    await shoot('3-phone');

    await page.getByLabel('Password').fill(user.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${redirectURI}?**`);
    const answer = new URL(page.url()).searchParams;
    assert.equal(answer.get('state'), state);

    const { client_id, client_secret } = app.credentials.oauthClient;
    const response = await fetch(`${url}/oauth2/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: redirectURI, code_verifier: verifier, client_id, client_secret,
      }),
    });
    const body = await response.json();
    assert.equal(response.status, 200, body.error_description);
    assert.deepEqual(elsewhere.filter(u => !u.endsWith('/favicon.ico')), [], 'the page needs nothing from elsewhere');
    t.diagnostic(`screenshots: ${screenshots}`);
  });

  test('an unregistered redirect URI ends on a page of the org, not there', async () => {
    const response = await page.goto(`${url}/oauth2/v1/authorize?${new URLSearchParams({
      client_id: app.id, redirect_uri: 'http://127.0.0.1:1/elsewhere', response_type: 'code', scope: 'openid', state: 'x' })}`);
    assert.equal(response.status(), 400);
    await page.getByText("The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.").first().waitFor();
    await shoot('4-error');
  });

  test('once signed in, the next app needs no password', async () => {
    const other = await newWebApp(user, redirectURI, { credentials: { pkce_required: false } });
    await page.goto(`${url}/oauth2/v1/authorize?${new URLSearchParams({
      client_id: other.id, redirect_uri: redirectURI, response_type: 'code', scope: 'openid', state: 'again' })}`);
    await page.waitForURL(`${redirectURI}?**`);
    assert.ok(new URL(page.url()).searchParams.get('code'));
  });
});
