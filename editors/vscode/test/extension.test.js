// What the extension decides by itself: which files are oktaform's, and their colors.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import { folder } from './client.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

const built = esbuild.buildSync({ entryPoints: [`${root}/src/detect.ts`], write: false, format: 'esm' });
const { declares, isOurs, languageFor, maxFiles, ownBlocks } = await import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);

function inFolder(files) {
  return { list: async () => Object.keys(files), read: async name => files[name] };
}

describe('which files are oktaform\'s', () => {
  const rows = [
    ['an org block', 'main.hcl', 'org {\n  owner = "team/iam"\n}\n', {}, true],
    ['an app after comments', 'main.hcl', '# apps\n\nservice_app "a" {\n', {}, true],
    ['Windows line ends', 'main.hcl', '# apps\r\nweb_app "a" {\r\n', {}, true],
    ['only variables, beside an org block', 'variables.hcl', 'variable "region" {}\n', { 'main.hcl': 'org {\n}\n' }, true],
    ['only variables, beside JSON', 'variables.hcl', 'variable "region" {}\n', { 'main.hcl.json': '{"service_app": {"a": {}}}' }, true],
    ['an empty new file beside others', 'new.hcl', '', { 'main.hcl': 'org {\n}\n' }, true],
    ['JSON', 'main.hcl.json', '{\n  "org": {"owner": "team/iam"}\n}\n', {}, true],
    ['JSON of something else', 'main.hcl.json', '{"variable": {"org": 1}}', {}, false],
    ['Terragrunt', 'terragrunt.hcl', 'include "root" {\n  path = find_in_parent_folders()\n}\n', { 'root.hcl': 'remote_state {\n}\n' }, false],
    ['Packer', 'build.pkr.hcl', 'source "amazon-ebs" "a" {\n}\nbuild {\n}\n', { 'variables.pkr.hcl': 'variable "org" {\n}\n' }, false],
    ['a Docker bake file with groups', 'docker-bake.hcl', 'group "default" {\n  targets = ["org"]\n}\n', {}, false],
    ['Nomad', 'job.nomad.hcl', 'job "web_app" {\n  group "org" {\n  }\n}\n', {}, false],
    ['org as an attribute and in a comment', 'x.hcl', 'org = "a"\n# org {\n', {}, false],
    ['a nested block named like ours', 'x.hcl', 'job "a" {\n  org {\n  }\n}\n', {}, false],
    ['beside Terraform files only', 'x.hcl', '', { 'main.tf': 'org {\n}\n' }, false],
    ['another extension', 'main.tf', 'org {\n}\n', {}, false],
    ['the lock file', '.terraform.lock.hcl', '', { 'main.hcl': 'org {\n}\n' }, false],
  ];
  for (const [name, file, text, others, want] of rows) {
    test(name, async () => assert.equal(await isOurs(file, text, inFolder(others)), want));
  }

  test('a large folder is not read whole', async () => {
    const files = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${String(i).padStart(4, '0')}.hcl`, '']));
    let reads = 0;
    const folder = { list: async () => Object.keys(files), read: async () => { reads++; return ''; } };
    assert.equal(await isOurs('new.hcl', '', folder), false);
    assert.equal(reads, maxFiles);
  });

  test('the blocks are the program\'s', () => {
    const doc = JSON.parse(execFileSync(process.env.OKTAFORM, ['schema', '--json'], { encoding: 'utf8' }));
    const names = new Set([...Object.keys(doc.kinds), ...Object.keys(doc.language), 'smoke_test']);
    assert.deepEqual(ownBlocks.filter(block => !names.has(block)), []);
  });
});

describe('the grammar', () => {
  const engine = oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer).then(() => ({
    createOnigScanner: patterns => new oniguruma.OnigScanner(patterns),
    createOnigString: text => new oniguruma.OnigString(text),
  }));
  const registry = new textmate.Registry({
    onigLib: engine,
    loadGrammar: async scope => scope === 'source.oktaform'
      ? textmate.parseRawGrammar(readFileSync(`${root}/syntaxes/oktaform.tmLanguage.json`, 'utf8'), 'oktaform.json') : null,
  });

  // tokens returns [text, innermost scope] of what is no white space.
  async function tokens(text) {
    const grammar = await registry.loadGrammar('source.oktaform');
    let state = textmate.INITIAL;
    const out = [];
    for (const line of text.split('\n')) {
      const result = grammar.tokenizeLine(line, state);
      state = result.ruleStack;
      for (const token of result.tokens) {
        const part = line.slice(token.startIndex, token.endIndex).trim();
        if (part) out.push([part, token.scopes.at(-1).replace(/\.oktaform$/, ''), token.scopes]);
      }
    }
    return { all: out, depth: state.depth };
  }

  async function scopeOf(text, part) {
    const { all } = await tokens(text);
    const found = all.find(([t]) => t === part);
    assert.ok(found, `no token ${part} in ${JSON.stringify(all.map(([t, s]) => [t, s]))}`);
    return found[1];
  }

  const app = `service_app "reporter" {
  label           = "Nightly \${var.region} report" # why
  okta_api_scopes = concat(["okta.users.read"], local.more)
  count           = var.on ? 1 : 0
  for             = { for k, v in var.teams : k => upper(v) }

  public_key "reporter-1" {
    private_key_file = <<-EOT
      keys/\${local.name}
    EOT
    generate = true
  }
}
output "id" { value = service_app.reporter.client_id }
`;
  for (const [part, want] of [
    ['service_app', 'entity.name.type'], ['"reporter"', 'entity.name.label'],
    ['public_key', 'entity.name.type'], ['label', 'variable.other.property'], ['okta_api_scopes', 'variable.other.property'],
    ['concat', 'support.function'], ['okta.users.read', 'string.quoted.double'], ['true', 'constant.language'], ['1', 'constant.numeric'],
    ['#', 'punctuation.definition.comment'], ['why', 'comment.line.number-sign'], ['EOT', 'keyword.control.heredoc'], ['keys/', 'string.unquoted.heredoc'],
    ['client_id', 'variable.other.member'], ['generate', 'variable.other.property'], ['upper', 'support.function'],
  ]) {
    test(`${part} is ${want}`, async () => assert.equal(await scopeOf(app, part), want));
  }

  test('after a file, nothing is open', async () => {
    const start = (await tokens('')).depth;
    for (const file of ['examples/quickstart/quickstart.hcl', 'examples/quickstart/quickstart.oktest.hcl', 'examples/multi-environment/main.hcl', 'examples/org-admins/main.hcl']) {
      const text = readFileSync(`${root}/../../${file}`, 'utf8');
      const { all, depth } = await tokens(text);
      assert.equal(depth, start, file);
      const blocks = all.filter(([, scope]) => scope === 'entity.name.type').length;
      assert.ok(blocks >= text.match(/^\w+.*\{$/mg).length, `${file}: ${blocks} blocks`);
    }
  });
});

test('a workspace cannot choose the program that is started', () => {
  const { contributes, capabilities } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  assert.equal(contributes.configuration.properties['oktaform.server.path'].scope, 'machine');
  assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes('oktaform.server.path'));
});

describe('the bundle in an editor', () => {
  // activate runs the extension with open documents and settings, and returns the languages that it
  // sets. Whatever else the libraries take from the editor are classes and values of enums.
  async function activate(documents, settings = {}) {
    const set = [];
    const own = {
      commands: { registerCommand: () => ({ dispose() {} }) },
      languages: { setTextDocumentLanguage: async (document, language) => { set.push(`${document.fileName.split('/').at(-1)}: ${language}`); } },
      workspace: {
        textDocuments: documents.map(([fileName, languageId, scheme = 'file']) => ({ fileName, languageId, uri: { scheme }, getText: () => readFileSync(fileName, 'utf8') })),
        onDidOpenTextDocument: () => ({ dispose() {} }),
        onDidChangeConfiguration: () => ({ dispose() {} }),
        getConfiguration: section => ({ get: name => ({ 'oktaform.detectLanguage': true, ...settings })[`${section}.${name}`] }),
      },
    };
    const editor = new Proxy({}, { get: (_, name) => name === '__esModule' || own[name] || new Proxy(class {}, { get: (target, key) => key in target ? target[key] : 0 }) });
    const load = Module._load;
    Module._load = (request, ...rest) => request === 'vscode' ? editor : load(request, ...rest);
    try {
      const bundle = `${root}/dist/extension.js`;
      delete require.cache[require.resolve(bundle)];
      const extension = require(bundle);
      assert.deepEqual(Object.keys(extension).sort(), ['activate', 'deactivate']);
      await extension.activate({ subscriptions: [], extensionPath: root });
      return set;
    } finally {
      Module._load = load;
    }
  }

  const dir = folder({ 'main.hcl': 'org {\n}\n', 'variables.hcl': 'variable "a" {}\n', 'more.hcl.json': '{"group": {}}', 'other/terragrunt.hcl': 'include "root" {\n}\n' });
  after(() => rmSync(dir, { recursive: true }));
  const files = [[`${dir}/main.hcl`, 'hcl'], [`${dir}/variables.hcl`, 'plaintext'], [`${dir}/more.hcl.json`, 'json'], [`${dir}/other/terragrunt.hcl`, 'hcl']];

  test('files of a configuration get the language', async () => {
    assert.deepEqual((await activate(files)).sort(), ['main.hcl: oktaform', 'more.hcl.json: oktaform-json', 'variables.hcl: oktaform']);
  });
  test('not if the setting is off', async () => {
    assert.deepEqual(await activate(files, { 'oktaform.detectLanguage': false }), []);
  });
  for (const pattern of ['*.hcl', '**/*.hcl', 'main.hcl']) {
    test(`not if files.associations has ${pattern}`, async () => {
      assert.deepEqual(await activate([[`${dir}/main.hcl`, 'hcl']], { 'files.associations': { [pattern]: 'hcl' } }), []);
    });
  }
  test('not what somebody chose another language for, or is no file', async () => {
    assert.deepEqual(await activate([[`${dir}/main.hcl`, 'terragrunt'], [`${dir}/main.hcl`, 'hcl', 'git']]), []);
  });
});
