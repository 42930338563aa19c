// What `oktaform export` writes works with the programs that it is for: Okta's
// SDK reads the .env file, newman runs the Postman collection.
import { describe, test, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import dotenv from 'dotenv';
import newman from 'newman';
import { token, url } from './org.js';

const dir = mkdtempSync(join(tmpdir(), 'exports-'));
const env = { ...process.env, OKTA_CLIENT_ORGURL: url, OKTA_CLIENT_TOKEN: token };

function oktaform(...args) {
  return execFileSync(process.env.OKTAFORM, args, { env, encoding: 'utf8' });
}

describe('exported settings', () => {
  before(() => {
    writeFileSync(join(dir, 'main.hcl'), `
org {
  owner = "e2e/exports"
}

service_app "reporter" {
  label           = "Reporter"
  okta_api_scopes = ["okta.users.read", "okta.groups.read"]

  public_key "reporter-1" {
    private_key_file = "keys/reporter-1.pem"
    generate         = true
  }

  admin_role "READ_ONLY_ADMIN" {}
}
`);
    oktaform('apply', '--auto-approve', dir);
  });

  test('Okta\'s SDK for Node.js takes its settings from the .env file', async () => {
    const file = join(dir, '.env');
    oktaform('export', 'dotenv', 'service_app.reporter', dir, '--with-secrets', '--file', file);
    const settings = dotenv.parse(readFileSync(file));
    const script = `
      import okta from '@okta/okta-sdk-nodejs';
      const client = new okta.Client();
      let users = 0;
      await (await client.userApi.listUsers({ limit: 1 })).each(() => { users++; return false; });
      await (await client.groupApi.listGroups({ limit: 1 })).each(() => false);
      console.log(users);`;
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    const out = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { PATH: process.env.PATH, HOME: home, OKTA_TESTING_DISABLEHTTPSCHECK: 'true', ...settings }, encoding: 'utf8' });
    assert.equal(out.trim(), '1');
  });

  test('newman runs the Postman collection', async () => {
    oktaform('export', 'postman', dir, '--out', dir, '--with-secrets');
    const summary = await promisify(newman.run)({
      collection: join(dir, 'oktaform.postman_collection.json'), environment: join(dir, 'oktaform.postman_environment.json'), color: 'off' });
    assert.deepEqual(summary.run.failures.map(f => f.error.message), []);
    // Newman lists an execution for each response, those that a script got too.
    const answers = new Set(summary.run.executions.map(e => `${new URL(e.request.url.toString()).pathname} ${e.response.code}`));
    assert.deepEqual([...answers], ['/api/v1/groups 200', '/api/v1/users 200']);
  });
});
