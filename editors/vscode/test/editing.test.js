// What an editor changes on the server's word: rename, code actions, formatting. The server itself
// writes nothing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { folder, story, uri } from './client.js';
import { org, reporter, smoke } from './files.js';

// valid checks that files are a valid configuration, with everything around them.
function valid(files) {
  const dir = folder(files);
  try {
    execFileSync(process.env.OKTAFORM, ['validate', dir], { encoding: 'utf8' });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const configuration = {
  'main.hcl': org + reporter + smoke,
  'outputs.hcl': 'output "id" {\n  value = "id: ${service_app.reporter.client_id}"\n}\n',
  'main.oktest.hcl': 'run "a" {\n  assert {\n    condition     = may(service_app.reporter, "GET /api/v1/users")\n    error_message = "It reads."\n  }\n}\n',
};

story('rename of an object: all references, and a moved block', configuration, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  const at = client.at(file('main.hcl'), 'service_app "repor|ter"');
  const { range, placeholder } = await client.request('textDocument/prepareRename', at);
  assert.equal(placeholder, 'reporter');
  assert.equal(client.text(file('main.hcl'), range), 'reporter');
  const files = client.edited(await client.request('textDocument/rename', { ...at, newName: 'nightly' }), dir);
  assert.deepEqual(Object.keys(files).sort(), ['main.hcl', 'main.oktest.hcl', 'outputs.hcl']);
  for (const text of Object.values(files)) assert.doesNotMatch(text.replace(/from\s*= service_app.reporter/, ''), /service_app[. "]+reporter/);
  assert.match(files['main.hcl'], /\nmoved \{\n  from = service_app.reporter\n  to   = service_app.nightly\n\}\n/);
  valid({ ...configuration, ...files });
});

story('rename sees what is not saved yet', configuration, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  await client.open(file('outputs.hcl'));
  await client.change(file('outputs.hcl'), 'output "id"', 'output "name" {\n  value = service_app.reporter.name\n}\n\noutput "id"');
  const files = client.edited(await client.request('textDocument/rename', { ...client.at(file('outputs.hcl'), 'service_app.repor|ter.name'), newName: 'nightly' }), dir);
  assert.equal(files['outputs.hcl'].match(/service_app\.nightly/g).length, 2);
  valid({ ...configuration, ...files });
});

story('rename of a variable of a module, from the caller', {
  'main.hcl': `${org}module "team" {\n  source = "./team"\n  area   = "eu"\n}\n`,
  'team/main.hcl': 'variable "area" {\n  type = string\n}\n\ngroup "g" {\n  name = "Group ${var.area}"\n}\n',
}, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  const files = client.edited(await client.request('textDocument/rename', { ...client.at(file('main.hcl'), 'ar|ea   ='), newName: 'region' }), dir);
  assert.match(files['main.hcl'], /region   = "eu"/);
  assert.match(files['team/main.hcl'], /variable "region"[\s\S]*\$\{var\.region\}/);
  valid(files);
});

story('rename in JSON', {
  'main.hcl.json': '{\n  "org": {"owner": "team/iam"},\n  "group": {"a": {"name": "A"}},\n  "output": {"id": {"value": "${group.a.id}"}}\n}\n',
}, async (client, file, dir) => {
  await client.open(file('main.hcl.json'));
  const files = client.edited(await client.request('textDocument/rename', { ...client.at(file('main.hcl.json'), '{"a|"'), newName: 'staff' }), dir);
  const doc = JSON.parse(files['main.hcl.json']);
  assert.deepEqual(doc.moved, { from: 'group.a', to: 'group.staff' });
  assert.deepEqual(doc.output.id.value, '${group.staff.id}');
  valid(files);
});

story('a rename that cannot be is refused with the reason', configuration, async (client, file) => {
  await client.open(file('main.hcl'));
  const at = client.at(file('main.hcl'), 'service_app "repor|ter"');
  await assert.rejects(client.request('textDocument/rename', { ...at, newName: 'two words' }), /not a valid name/);
  await assert.rejects(client.request('textDocument/prepareRename', client.at(file('main.hcl'), 'lab|el')), /nothing here has a name/);
});

// actions are the code actions at a place, with the diagnostics of its line.
async function actions(client, file, text, only) {
  const { textDocument, position } = client.at(file, text);
  const diagnostics = (client.diagnostics.get(uri(file))?.diagnostics ?? []).filter(d => d.range.start.line <= position.line && position.line <= d.range.end.line);
  return client.request('textDocument/codeAction', { textDocument, range: { start: position, end: position }, context: { diagnostics, only } });
}

async function act(client, file, text, title, dir) {
  const list = await actions(client, file, text);
  const action = list.find(a => a.title.startsWith(title));
  assert.ok(action, `${title} is not among ${JSON.stringify(list.map(a => a.title))}`);
  return client.edited(action.edit, dir);
}

story('code action: did you mean', {
  'main.hcl': `${org}${reporter.replace('label  ', 'lable  ').replace('okta.users.read', 'okta.users.raed')}`,
}, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  await client.problems(file('main.hcl'), list => list.some(d => d.message.includes('lable')));
  const files = await act(client, file('main.hcl'), 'lab|le', 'Replace lable by label', dir);
  assert.match(files['main.hcl'], /\n  label  /);
  assert.deepEqual((await actions(client, file('main.hcl'), 'lab|le', ['refactor'])).map(a => a.title), []);
});

story('code action: required attributes', { 'main.hcl': `${org}user "ada" {\n}\n` }, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  await client.problems(file('main.hcl'), list => list.some(d => d.message.includes('required')));
  const files = await act(client, file('main.hcl'), 'user "ada"| {', 'Add the required attributes', dir);
  assert.match(files['main.hcl'], /user "ada" \{\n  login      = ""\n  first_name = ""\n  last_name  = ""\n\}/);
});

story('code action: grant the scope that a smoke test needs', {
  'main.hcl': org + reporter + smoke.replace('"okta.users.read"', '"okta.groups.read"').replace('users"', 'groups"').replace('v1/users', 'v1/groups'),
}, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  await client.problems(file('main.hcl'), list => list.some(d => d.severity === 4));
  const files = await act(client, file('main.hcl'), 'scopes = ["okta.grou|ps.read"]', 'Grant okta.groups.read to service_app.reporter', dir);
  assert.match(files['main.hcl'], /okta_api_scopes = \["okta.users.read", "okta.groups.read"\]/);
  valid(files);
});

story('code action: remove a scope that nothing uses', {
  'main.hcl': org + reporter.replace('["okta.users.read"]', '["okta.groups.read", "okta.users.read"]') + smoke,
}, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  await client.problems(file('main.hcl'), list => list.some(d => d.severity === 4));
  const files = await act(client, file('main.hcl'), '"okta.grou|ps.read"', 'Remove okta.groups.read, which no smoke test uses', dir);
  assert.match(files['main.hcl'], /okta_api_scopes = \["okta.users.read"\]/);
  valid(files);
});

story('code action: the fix of a finding', {
  'main.hcl': org + reporter.replace('["okta.users.read"]', '["okta.users.manage", "okta.users.read"]'),
}, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  await client.problems(file('main.hcl'), list => list.some(d => d.severity === 4 && d.message.includes('includes')));
  const files = await act(client, file('main.hcl'), 'okta_api|_scopes', 'Remove okta.users.read', dir);
  assert.match(files['main.hcl'], /okta_api_scopes = \["okta.users.manage"\]/);
});

story('formatting is that of fmt', { 'main.hcl': 'org {\nowner="team/iam"\n}\n', 'broken.hcl': 'group "a" {' }, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  const options = { tabSize: 8, insertSpaces: false };
  const edits = await client.request('textDocument/formatting', { textDocument: { uri: uri(file('main.hcl')) }, options });
  const after = client.edited({ changes: { [uri(file('main.hcl'))]: edits } }, dir)['main.hcl'];
  assert.equal(after, 'org {\n  owner = "team/iam"\n}\n');
  await assert.rejects(client.request('textDocument/formatting', { textDocument: { uri: uri(file('broken.hcl')) }, options }), /can't be formatted/);
});
