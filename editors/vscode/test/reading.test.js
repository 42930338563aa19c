// What an editor shows: completion, hover, definitions, references, symbols, folding, colors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { story, uri } from './client.js';
import { org, reporter, smoke } from './files.js';

const quickstart = readFileSync(fileURLToPath(new URL('../../../examples/quickstart/quickstart.hcl', import.meta.url)), 'utf8');
const labels = answer => (answer.items ?? answer).map(item => item.label);

story('completion of blocks, in a file with a half-typed one', { 'main.hcl': `${org}\nserv` }, async (client, file) => {
  await client.open(file('main.hcl'));
  const found = labels(await client.request('textDocument/completion', client.at(file('main.hcl'), '\nserv')));
  assert.ok(found.includes('service_app'), found.join());
});

story('completion of attributes in a half-typed block, without those that it has', {
  'main.hcl': `${org}service_app "reporter" {\n  label = "Reporter"\n  \n`,
}, async (client, file) => {
  await client.open(file('main.hcl'));
  const found = labels(await client.request('textDocument/completion', client.at(file('main.hcl'), 'Reporter"\n  ')));
  for (const name of ['okta_api_scopes', 'jwks_uri', 'public_key', 'admin_role', 'lifecycle']) assert.ok(found.includes(name), name);
  assert.ok(!found.includes('label'));
  assert.ok(!found.includes('login'), 'an app has none');
});

story('completion of scopes, roles and permissions', {
  'main.hcl': `${org}service_app "a" {\n  okta_api_scopes = ["okta.users.", "]\n\n  admin_role "" {}\n}\n\ncustom_role "r" {\n  permissions = [""]\n}\n`,
}, async (client, file) => {
  await client.open(file('main.hcl'));
  const at = text => client.request('textDocument/completion', client.at(file('main.hcl'), text)).then(labels);
  const scopes = await at('"okta.users.|"');
  assert.ok(scopes.includes('okta.users.read') && scopes.includes('okta.users.manage'), scopes.join());
  assert.ok((await at('admin_role "|"')).includes('READ_ONLY_ADMIN'));
  assert.ok((await at('permissions = ["|"]')).includes('okta.users.read'));
});

story('completion of references, variables, attributes and functions', {
  'main.hcl': `${org}${reporter}variable "region" {}\n\nlocals {\n  readers = []\n}\n\noutput "a" {\n  value = service_app.reporter.\n}\n\noutput "b" {\n  value = var.\n}\n\noutput "c" {\n  value = service_app.\n}\n\noutput "d" {\n  value = conc\n}\n`,
}, async (client, file) => {
  await client.open(file('main.hcl'));
  const at = text => client.request('textDocument/completion', client.at(file('main.hcl'), text)).then(labels);
  assert.ok((await at('service_app.reporter.|\n')).includes('client_id'));
  assert.deepEqual(await at('var.|\n'), ['region']);
  assert.ok((await at('value = service_app.|\n')).includes('reporter'));
  assert.ok((await at('value = conc')).includes('concat'));
});

story('completion in JSON', { 'main.hcl.json': '{\n  "org": {"owner": "a"},\n  "service_app": {"a": {"": 1, "okta_api_scopes": [""]}}\n}\n' }, async (client, file) => {
  await client.open(file('main.hcl.json'));
  const at = text => client.request('textDocument/completion', client.at(file('main.hcl.json'), text)).then(labels);
  assert.ok((await at('{"|": 1')).includes('jwks_uri'));
  assert.ok((await at('[""|]'.replace('""|', '"|"'))).includes('okta.users.read'));
});

story('hover: documentation, what a scope allows, the effective access of an app', { 'main.hcl': org + reporter }, async (client, file) => {
  await client.open(file('main.hcl'));
  await client.problems(file('main.hcl'), list => list.some(d => d.severity === 4));
  const at = async text => (await client.request('textDocument/hover', client.at(file('main.hcl'), text)))?.contents.value;
  assert.match(await at('okta_api|_scopes'), /Okta API scopes/i);
  assert.match(await at('"okta.users|.read"'), /GET \/api\/v1\/users/);
  assert.match(await at('service_app "repor|ter"'), /Effective access[\s\S]*READ_ONLY_ADMIN/);
  assert.match(await at('service|_app "reporter"'), /service_app/);
  assert.match(await at('"READ_ONLY|_ADMIN"'), /READ_ONLY_ADMIN/);
  assert.equal(await at('"Report|er"'), undefined);
});

story('definition and references, through modules, tests and strings', {
  'main.hcl': `${org}${reporter}${smoke}module "team" {\n  source = "./team"\n  area   = "eu"\n}\n\noutput "id" {\n  value = module.team.id\n}\n\nwaiver {\n  rule    = "G16"\n  on      = "service_app.reporter"\n  reason  = "r"\n  owner   = "o"\n  expires = "2099-01-01"\n}\n`,
  'team/main.hcl': 'variable "area" {}\n\noutput "id" {\n  value = var.area\n}\n',
  'main.oktest.hcl': 'run "a" {\n  expect_failures = [service_app.reporter]\n}\n',
}, async (client, file, dir) => {
  await client.open(file('main.hcl'));
  const definition = async text => client.places(await client.request('textDocument/definition', client.at(file('main.hcl'), text)), dir);
  assert.deepEqual(await definition('app    = service_app.repor|ter'), ['main.hcl:4: reporter']);
  assert.deepEqual(await definition('module.team.i|d'), ['team/main.hcl:3: id']);
  assert.deepEqual(await definition('are|a   ='), ['team/main.hcl:1: area']);
  const references = await client.request('textDocument/references', { ...client.at(file('main.hcl'), 'service_app "repor|ter"'), context: { includeDeclaration: true } });
  assert.deepEqual(client.places(references, dir), ['main.hcl:12: reporter', 'main.hcl:30: reporter', 'main.hcl:4: reporter', 'main.oktest.hcl:2: reporter']);
  const area = await client.request('textDocument/references', { ...client.at(file('team/main.hcl'), 'variable "ar|ea"'), context: { includeDeclaration: false } });
  assert.deepEqual(client.places(area, dir), ['main.hcl:21: area', 'team/main.hcl:4: area']);
});

story('symbols of a file, and of the workspace', { 'main.hcl': quickstart }, async (client, file) => {
  await client.open(file('main.hcl'));
  const symbols = await client.request('textDocument/documentSymbol', { textDocument: { uri: uri(file('main.hcl')) } });
  const names = symbols.map(s => s.name);
  assert.ok(names.includes('service_app "reporter"') && names.includes('smoke_test "ada explores as herself"'), names.join());
  assert.equal(names.length, quickstart.match(/^\w.*\{$/mg).length);
  const app = symbols.find(s => s.name === 'service_app "reporter"');
  assert.ok(app.children.some(s => s.name === 'public_key "reporter-1"'));
  assert.ok(app.range.start.line < app.range.end.line);
  const everywhere = await client.request('workspace/symbol', { query: 'reporter' });
  assert.ok(everywhere.some(s => s.name.includes('reporter') && s.location.uri === uri(file('main.hcl'))), JSON.stringify(everywhere));
});

story('folding of blocks, lists and comments', { 'main.hcl': quickstart }, async (client, file) => {
  await client.open(file('main.hcl'));
  const folds = await client.request('textDocument/foldingRange', { textDocument: { uri: uri(file('main.hcl')) } });
  const lines = quickstart.split('\n');
  const app = lines.findIndex(line => line.startsWith('service_app "reporter"'));
  const end = lines.findIndex((line, i) => i > app && line === '}');
  const fold = folds.find(f => f.startLine === app);
  assert.ok(fold && (fold.endLine === end || fold.endLine === end - 1), JSON.stringify(folds));
  assert.ok(folds.some(f => f.startLine > app && f.endLine < end), 'the nested block folds, too');
  assert.ok(folds.some(f => f.kind === 'comment' && f.startLine === 0), JSON.stringify(folds.slice(0, 3)));
});

story('semantic tokens, by their legend', { 'main.hcl': `${org}${reporter}# comment\noutput "é😀" {\n  value = upper(service_app.reporter.client_id)\n}\n` }, async (client, file) => {
  await client.open(file('main.hcl'));
  const { legend } = client.capabilities.semanticTokensProvider;
  const { data } = await client.request('textDocument/semanticTokens/full', { textDocument: { uri: uri(file('main.hcl')) } });
  const tokens = [];
  for (let i = 0, line = 0, character = 0; i < data.length; i += 5) {
    line += data[i];
    character = data[i] ? data[i + 1] : character + data[i + 1];
    const range = { start: { line, character }, end: { line, character: character + data[i + 2] } };
    tokens.push([client.text(file('main.hcl'), range), legend.tokenTypes[data[i + 3]]]);
  }
  const type = text => tokens.find(([t]) => t === text)?.[1];
  assert.equal(type('service_app'), 'class');
  assert.equal(type('okta_api_scopes'), 'property');
  assert.equal(type('upper'), 'function');
  assert.equal(type('# comment'), 'comment');
  assert.ok(tokens.some(([text, t]) => text.includes('é😀') && t === 'enumMember'), JSON.stringify(tokens.slice(-12)));
});
