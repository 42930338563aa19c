// Diagnostics: those of validate as somebody types, and the findings of a review as hints.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, folder, story, uri } from './client.js';
import { org, reporter, smoke } from './files.js';

const errors = list => list.filter(d => d.severity === 1);
const hasErrors = list => errors(list).length > 0;
const noErrors = list => errors(list).length === 0;

story('an error comes and goes as somebody types', { 'main.hcl': org + reporter }, async (client, file) => {
  await client.open(file('main.hcl'));
  await client.problems(file('main.hcl'), noErrors);
  await client.change(file('main.hcl'), 'label  ', 'lable  ');
  const list = await client.problems(file('main.hcl'), hasErrors);
  const misspelled = errors(list).find(d => d.message.includes('"lable"'));
  assert.equal(client.text(file('main.hcl'), misspelled.range), 'lable');
  assert.match(misspelled.message, /Did you mean "label"\?/);
  assert.equal(misspelled.source, 'oktaform');
  await client.change(file('main.hcl'), 'lable', 'label');
  await client.problems(file('main.hcl'), noErrors);
});

story('the same errors as validate', {
  'main.hcl': `${org}${reporter}output "x" {\n  value = service_app.reportr.client_id\n}\n\ngroup "a" {\n  name = "A"\n}\n`,
  'other.hcl': 'group "b" {\n  name = "A"\n}\n\ngroup "c" {\n}\n',
}, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  await client.open(file('other.hcl'));
  const shown = [];
  for (const name of ['main.hcl', 'other.hcl']) {
    for (const d of errors(await client.problems(file(name), hasErrors))) shown.push(`${name}:${d.range.start.line + 1} ${d.message.split(':')[0]}`);
  }
  const { stdout } = spawnSync(process.env.OKTAFORM, ['validate', '--json', dir], { encoding: 'utf8' });
  const said = JSON.parse(stdout).diagnostics.map(d => `${d.range.filename.split('/').at(-1)}:${d.range.start.line} ${d.summary}`);
  assert.ok(said.length >= 3, said.join('\n'));
  assert.deepEqual(shown.sort(), said.sort());
});

story('an error in a file that is not open', { 'main.hcl': org, 'other.hcl': 'group "b" {\n  nmae = "B"\n}\n' }, async (client, file) => {
  await client.open(file('main.hcl'));
  const list = await client.problems(file('other.hcl'), hasErrors);
  assert.ok(list.some(d => d.message.includes('"nmae"')));
});

story('syntax errors have their places, and other files keep what they offer', {
  'main.hcl': org + 'service_app "half', 'other.hcl': reporter,
}, async (client, file) => {
  await client.open(file('main.hcl'));
  await client.open(file('other.hcl'));
  const [first] = await client.problems(file('main.hcl'), hasErrors);
  assert.equal(first.range.start.line, 3);
  const hover = await client.request('textDocument/hover', client.at(file('other.hcl'), 'okta_api|_scopes'));
  assert.match(hover.contents.value, /okta_api_scopes/);
});

story('findings of the review are hints, with the rule', {
  'main.hcl': `${org}${reporter.replace('"okta.users.read"', '"okta.users.manage", "okta.users.read"')}`,
}, async (client, file) => {
  await client.open(file('main.hcl'));
  const list = await client.problems(file('main.hcl'), l => l.some(d => d.severity === 4));
  const hint = list.find(d => d.severity === 4 && d.data.attribute === 'okta_api_scopes');
  assert.match(hint.code, /^[A-Z]+\d+$/);
  assert.equal(hint.source, 'oktaform review');
});

story('a module shows its errors, with the buffers of both', {
  'main.hcl': `${org}module "team" {\n  source = "./team"\n  area   = "eu"\n}\n`,
  'team/main.hcl': 'variable "area" {\n  type = string\n}\n\ngroup "g" {\n  name = "Group ${var.area}"\n}\n',
}, async (client, file) => {
  await client.open(file('team/main.hcl'));
  await client.open(file('main.hcl'));
  await client.problems(file('main.hcl'), noErrors);
  await client.change(file('team/main.hcl'), 'variable "area"', 'variable "region"');
  const inModule = await client.problems(file('team/main.hcl'), hasErrors);
  assert.ok(inModule.some(d => d.message.includes('var.area')), JSON.stringify(inModule));
  const inCaller = await client.problems(file('main.hcl'), hasErrors);
  assert.ok(inCaller.some(d => d.message.includes('"area"')), JSON.stringify(inCaller));
});

story('JSON syntax', {
  'main.hcl.json': '{\n  "org": {"owner": "team/iam"},\n  "group": {"a": {"nmae": "A"}}\n}\n',
}, async (client, file) => {
  await client.open(file('main.hcl.json'));
  const list = await client.problems(file('main.hcl.json'), hasErrors);
  assert.ok(errors(list).every(d => d.range.start.line === 2), JSON.stringify(list));
  await client.change(file('main.hcl.json'), 'nmae', 'name');
  await client.problems(file('main.hcl.json'), noErrors);
  await client.change(file('main.hcl.json'), '"A"}}', '"A"}');
  await client.problems(file('main.hcl.json'), hasErrors);
});

story('a test file', { 'main.hcl': org, 'main.oktest.hcl': 'run "a" {\n  comand = plan\n}\n' }, async (client, file) => {
  await client.open(file('main.oktest.hcl'));
  const list = await client.problems(file('main.oktest.hcl'), hasErrors);
  assert.ok(list.some(d => d.message.includes('"comand"')), JSON.stringify(list));
});

story('a value from an environment of secrets is not shown', {
  'main.hcl': `${org}variable "password" {\n  sensitive = true\n}\n\nuser "ada" {\n  login      = "ada@example.com"\n  first_name = var.password\n  last_name  = "A"\n  pasword    = var.password\n}\n`,
}, async (client, file) => {
  await client.open(file('main.hcl'));
  const list = await client.problems(file('main.hcl'), hasErrors);
  assert.ok(!JSON.stringify(list).includes(client.secret), JSON.stringify(list));
});

test('several folders in one server', { timeout: 60000 }, async () => {
  const [dev, prod] = [folder({ 'main.hcl': org + reporter }), folder({ 'main.hcl': org.replace('iam', 'prod') + smoke })];
  const client = await Client.start(dev, prod);
  try {
    await client.open(join(dev, 'main.hcl'));
    await client.open(join(prod, 'main.hcl'));
    const list = await client.problems(join(prod, 'main.hcl'), hasErrors);
    assert.ok(list.some(d => d.message.includes('service_app.reporter')), 'the app of the other folder is not declared here');
    await client.problems(join(dev, 'main.hcl'), noErrors);
    const found = await client.request('textDocument/definition', client.at(join(prod, 'main.hcl'), 'service_app.report|er'));
    assert.deepEqual(found ?? [], []);
    await client.stop();
  } finally {
    client.process.kill();
    client.org.close();
  }
});

story('somebody types a configuration, letter by letter', { 'main.hcl': '' }, async (client, file) => {
  const at = file('main.hcl');
  await client.open(at);
  const text = org + reporter + smoke;
  for (let i = 0; i < text.length; i++) {
    await client.append(at, text[i]);
    if (i % 7 === 0) {
      const end = { textDocument: { uri: uri(at) }, position: client.documents.get(at).positionAt(i + 1) };
      await Promise.all([
        client.request('textDocument/completion', end), client.request('textDocument/hover', end),
        client.request('textDocument/documentSymbol', end), client.request('textDocument/semanticTokens/full', end),
        client.request('textDocument/foldingRange', end), client.request('textDocument/definition', end),
        client.request('textDocument/references', { ...end, context: { includeDeclaration: true } }),
        client.request('textDocument/codeAction', { ...end, range: { start: end.position, end: end.position }, context: { diagnostics: [] } }),
      ]);
    }
  }
  await client.problems(at, noErrors);
});

test('oktaform without an editor says what it is for', () => {
  assert.match(execFileSync(process.env.OKTAFORM, ['lsp', '--help'], { encoding: 'utf8' }), /Language Server Protocol/);
});
