// Postman's newman runs collections of requests, such as those that Okta publishes, against the
// sandbox: a small one in the form of Okta's, and each *.json in the folder COLLECTIONS. Every
// request of an operation of Okta's OpenAPI document that the sandbox serves must be answered as
// documented.
import { describe, test, before } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { promisify } from 'node:util';
import newman from 'newman';
import yaml from 'js-yaml';
import { admin, newUser, newWebApp, token, url } from './org.js';

const document = yaml.load(gunzipSync(readFileSync(new URL('../../internal/reference/openapi-2026.06.3.yaml.gz', import.meta.url))).toString());

// The operations by method and the pattern of their path, those without parameters first.
const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item)
  .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
  .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) })))
  .sort((a, b) => a.path.split('{').length - b.path.split('{').length);

// small is written as Okta's collections are: {{url}}, {{apikey}}, and ids that one request's script
// keeps for the next.
const header = [{ key: 'Authorization', value: 'SSWS {{apikey}}' }, { key: 'Content-Type', value: 'application/json' }, { key: 'Accept', value: 'application/json' }];
const request = (name, method, path, body, keep) => ({ name,
  request: { method, header, url: `{{url}}${path}`, ...(body && { body: { mode: 'raw', raw: JSON.stringify(body) } }) },
  event: keep ? [{ listen: 'test', script: { type: 'text/javascript', exec: [`pm.environment.set('${keep}', pm.response.json().id);`] } }] : [] });
const small = { info: { name: 'Groups', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' }, item: [
  { name: 'Groups', item: [
    request('Add group', 'POST', '/api/v1/groups', { profile: { name: `Postman ${randomUUID()}` } }, 'groupId'),
    request('Get group', 'GET', '/api/v1/groups/{{groupId}}'),
    request('Add user to group', 'PUT', '/api/v1/groups/{{groupId}}/users/{{userId}}'),
    request('List members', 'GET', '/api/v1/groups/{{groupId}}/users?limit=10'),
    request('Remove user', 'DELETE', '/api/v1/groups/{{groupId}}/users/{{userId}}'),
    request('Remove group', 'DELETE', '/api/v1/groups/{{groupId}}'),
  ] },
  request('List devices', 'GET', '/api/v1/devices'),
] };

// run sends the requests of a collection, and returns how many were done as documented, those that
// were refused with a documented status, those that were answered otherwise, and those that the
// sandbox leaves out or no document describes.
async function run(collection, variables) {
  const { run: { executions } } = await promisify(newman.run)({ collection,
    environment: { values: Object.entries(variables).map(([key, value]) => ({ key, value, enabled: true })) } });
  const result = { done: 0, refused: [], wrong: [], others: [] };
  for (const { item, request: sent, response } of executions) {
    const path = decodeURIComponent(new URL(sent.url.toString()).pathname);
    const known = operations.find(o => o.method === sent.method && o.pattern.test(path));
    const text = response?.stream.toString() ?? '';
    const line = `${item.name}: ${sent.method} ${known?.path ?? path}: ${response?.code}`;
    const status = response?.code;
    if (!known || text.includes('"E0000008"')) result.others.push(line);
    else if (!(status in known.operation.responses)) result.wrong.push(`${line} ${text.slice(0, 200)}`);
    else if (status >= 400) result.refused.push(`${line} ${text.slice(0, 200)}`);
    else result.done++;
  }
  return result;
}

describe('Postman collections', () => {
  const variables = { url, apikey: token };

  before(async () => {
    const user = await newUser();
    const group = await admin('POST', '/api/v1/groups', { profile: { name: `Group ${randomUUID()}` } });
    const app = await newWebApp(user, 'http://127.0.0.1:1/callback');
    Object.assign(variables, { userId: user.id, groupId: group.id, appId: app.id, clientId: app.id, applicationId: app.id });
  });

  test('a small one', async () => {
    assert.deepEqual(await run(small, variables), { done: 6, refused: [], wrong: [], others: ['List devices: GET /api/v1/devices: 404'] });
  });

  const folder = process.env.COLLECTIONS;
  for (const file of folder ? readdirSync(folder).filter(name => name.endsWith('.json')).sort() : []) {
    test(file, async t => {
      const { done, refused, wrong, others } = await run(JSON.parse(readFileSync(join(folder, file), 'utf8')), variables);
      t.diagnostic(`${done} done, ${refused.length} refused, ${wrong.length} answered otherwise, ${others.length} left out`);
      for (const line of refused) t.diagnostic(`refused: ${line}`);
      for (const line of others) t.diagnostic(`left out: ${line}`);
      assert.deepEqual(wrong, []);
    });
  }
});
