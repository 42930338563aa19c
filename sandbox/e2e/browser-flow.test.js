// A person signs in with a browser for `oktaform token`.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { newUser, token, url } from './org.js';

const env = { ...process.env, OKTA_CLIENT_ORGURL: url, OKTA_CLIENT_TOKEN: token };

describe('oktaform token of a web app', () => {
  const dir = mkdtempSync(join(tmpdir(), 'flow-'));
  let browser, user, taken, free;

  before(async () => {
    user = { login: `${randomUUID()}@example.com`, password: `Aa1-${randomUUID()}` };
    env.OKTAFORM_VAR_password = user.password;
    // The first redirect URI's port is in use, the second one's is free.
    taken = createServer((_, response) => response.end('another program'));
    await new Promise(resolve => { taken.listen(0, '127.0.0.1', resolve); });
    const probe = createServer();
    await new Promise(resolve => { probe.listen(0, '127.0.0.1', resolve); });
    free = probe.address().port;
    await new Promise(resolve => { probe.close(resolve); });
    writeFileSync(join(dir, 'main.hcl'), `
org {
  owner = "e2e/browser"
}

variable "password" {
  type      = string
  sensitive = true
}

user "person" {
  login      = "${user.login}"
  first_name = "Ada"
  last_name  = "Admin"
  password   = var.password
}

web_app "portal" {
  label           = "Portal"
  pkce_required   = true
  okta_api_scopes = ["okta.users.read"]
  assigned_users  = [user.person]
  redirect_uris   = [
    "https://portal.example.com/callback",
    "http://127.0.0.1:${taken.address().port}/callback",
    "http://localhost:${free}/callback",
  ]
}
`);
    execFileSync(process.env.OKTAFORM, ['apply', '--auto-approve', dir], { env });
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    });
  });

  after(async () => {
    await browser?.close();
    taken?.close();
  });

  // start runs the command and waits for the address that it prints.
  async function start(...args) {
    const child = spawn(process.env.OKTAFORM, [...args, '--no-browser'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const run = { stdout: '', stderr: '' };
    const ended = new Promise(resolve => { child.on('close', status => resolve({ ...run, status })); });
    child.stdout.on('data', data => { run.stdout += data; });
    const address = await new Promise((resolve, reject) => {
      child.stderr.on('data', data => {
        run.stderr += data;
        const found = /^ +(http\S+)$/m.exec(run.stderr);
        if (found) resolve(found[1]);
      });
      child.on('close', () => reject(new Error(run.stderr)));
    });
    return { address, ended };
  }

  async function signIn(page, address) {
    await page.goto(address);
    await page.getByLabel('Username').fill(user.login);
    await page.getByLabel('Password').fill(user.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  test('the token is printed, and the page says that all is well', async () => {
    const { address, ended } = await start('token', 'web_app.portal', dir, '--json');
    const query = new URL(address).searchParams;
    assert.equal(query.get('redirect_uri'), `http://localhost:${free}/callback`, 'the one whose port is free');
    assert.equal(query.get('code_challenge_method'), 'S256');
    assert.ok(query.get('state') && query.get('nonce'));
    const context = await browser.newContext();
    const page = await context.newPage();

    // Somebody else's answer doesn't end the sign-in.
    const other = await fetch(`http://localhost:${free}/callback?code=x&state=other`);
    assert.equal(other.status, 400);

    await signIn(page, address);
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    const { status, stdout, stderr } = await ended;
    assert.equal(status, 0, stderr);
    const answer = JSON.parse(stdout);
    assert.equal(answer.scope, 'openid okta.users.read');
    const me = await fetch(`${url}/api/v1/users/me`, { headers: { Authorization: `Bearer ${answer.access_token}` } });
    assert.equal((await me.json()).profile.login, user.login);
    await context.close();
  });
});
