// A language client over stdio, made of Microsoft's libraries, and folders for it to edit.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import rpc from 'vscode-jsonrpc/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

// Client is a running server with one or several folders.
export class Client {
  static async start(...folders) {
    const client = new Client();
    client.folders = folders;
    client.secret = `secret-${randomUUID()}`;
    client.before = folders.map(contents);
    // The org that the environment names counts the requests that it gets.
    client.requests = 0;
    client.org = createServer((request, response) => { client.requests++; response.writeHead(500).end(); });
    await new Promise(resolve => client.org.listen(0, '127.0.0.1', resolve));
    client.process = spawn(process.env.OKTAFORM, ['lsp'], {
      cwd: tmpdir(),
      env: { ...process.env, OKTA_CLIENT_ORGURL: `http://127.0.0.1:${client.org.address().port}`, OKTA_CLIENT_TOKEN: 'not-a-token', OKTAFORM_VAR_password: client.secret },
    });
    client.errors = '';
    client.process.stderr.on('data', data => { client.errors += data; });
    client.exited = new Promise(resolve => client.process.on('exit', (code, signal) => resolve(code ?? signal)));
    client.connection = rpc.createMessageConnection(
      new rpc.StreamMessageReader(client.process.stdout), new rpc.StreamMessageWriter(client.process.stdin));
    client.diagnostics = new Map();
    client.published = () => {};
    client.connection.onNotification('textDocument/publishDiagnostics', params => {
      client.diagnostics.set(params.uri, params);
      client.published();
    });
    client.connection.onRequest('client/registerCapability', () => null);
    client.connection.onRequest('workspace/configuration', params => params.items.map(() => null));
    client.connection.onRequest('window/workDoneProgress/create', () => null);
    // Nobody answers yes: the server asks for an edit only if a person chose it.
    client.connection.onRequest('workspace/applyEdit', () => ({ applied: false }));
    client.connection.onUnhandledNotification(() => {});
    client.connection.listen();
    const initialized = await client.request('initialize', {
      processId: process.pid,
      clientInfo: { name: 'stories' },
      rootUri: folders.length ? uri(folders[0]) : null,
      workspaceFolders: folders.map(folder => ({ uri: uri(folder), name: folder })),
      capabilities,
    });
    client.capabilities = initialized.capabilities;
    await client.notify('initialized', {});
    client.documents = new Map();
    return client;
  }

  request(method, params) { return this.connection.sendRequest(method, params); }
  notify(method, params) { return this.connection.sendNotification(method, params); }

  // open opens a file as an editor does, with its text or another.
  async open(file, text = readFileSync(file, 'utf8')) {
    const languageId = file.endsWith('.json') ? 'oktaform-json' : 'oktaform';
    this.documents.set(file, TextDocument.create(uri(file), languageId, 1, text));
    await this.notify('textDocument/didOpen', { textDocument: { uri: uri(file), languageId, version: 1, text } });
  }

  // change replaces the first occurrence of a text, as an incremental change.
  async change(file, from, to) {
    const document = this.documents.get(file);
    const at = document.getText().indexOf(from);
    assert.notEqual(at, -1, `${file} doesn't contain ${from}`);
    const change = { range: { start: document.positionAt(at), end: document.positionAt(at + from.length) }, text: to };
    TextDocument.update(document, [change], document.version + 1);
    await this.notify('textDocument/didChange', { textDocument: { uri: uri(file), version: document.version }, contentChanges: [change] });
  }

  // append types a text at the end of a file.
  async append(file, text) {
    const document = this.documents.get(file);
    const end = document.positionAt(document.getText().length);
    const change = { range: { start: end, end }, text };
    TextDocument.update(document, [change], document.version + 1);
    await this.notify('textDocument/didChange', { textDocument: { uri: uri(file), version: document.version }, contentChanges: [change] });
  }

  // at is the position in a file after a text; a vertical line in the text is the position itself.
  at(file, text) {
    const bar = text.indexOf('|');
    const plain = bar < 0 ? text : text.slice(0, bar) + text.slice(bar + 1);
    const document = this.document(file);
    const start = document.getText().indexOf(plain);
    assert.notEqual(start, -1, `${file} doesn't contain ${plain}`);
    return { textDocument: { uri: uri(file) }, position: document.positionAt(start + (bar < 0 ? plain.length : bar)) };
  }

  document(file) {
    return this.documents.get(file) ?? TextDocument.create(uri(file), 'oktaform', 0, readFileSync(file, 'utf8'));
  }

  // text is what stands in a range.
  text(file, range) { return this.document(file).getText(range); }

  // places shows locations as `file:line: text`.
  places(locations, dir) {
    return locations.map(({ uri, range }) => {
      const file = fileURLToPath(uri);
      return `${relative(dir, file)}:${range.start.line + 1}: ${this.text(file, range)}`;
    }).sort();
  }

  // problems waits until the diagnostics of a file's current text meet a condition.
  async problems(file, until = () => true) {
    const deadline = Date.now() + 20000;
    for (;;) {
      const last = this.diagnostics.get(uri(file));
      const version = this.documents.get(file)?.version;
      if (last && (last.version === undefined || last.version === version) && until(last.diagnostics)) return last.diagnostics;
      const left = deadline - Date.now();
      assert.ok(left > 0, `no such diagnostics of ${file}: ${JSON.stringify(last, null, 1)}\n${this.errors}`);
      await new Promise(resolve => {
        const timer = setTimeout(resolve, left);
        this.published = () => { clearTimeout(timer); resolve(); };
      });
    }
  }

  // edited returns the texts of the files of a folder after a workspace edit, by name.
  edited(edit, folder) {
    const changes = edit.changes ?? Object.fromEntries((edit.documentChanges ?? []).map(c => [c.textDocument.uri, c.edits]));
    return Object.fromEntries(Object.entries(changes).map(([at, edits]) => {
      const file = fileURLToPath(at);
      return [relative(folder, file), TextDocument.applyEdits(this.document(file), edits)];
    }));
  }

  // stop ends the server, and checks what holds for every story: it changed no file, spoke to no
  // org, and ended well.
  async stop() {
    await this.request('shutdown', null);
    await this.notify('exit');
    assert.equal(await this.exited, 0, this.errors);
    this.connection.dispose();
    this.org.close();
    assert.equal(this.requests, 0, 'the server spoke to an org');
    this.folders.forEach((folder, i) => assert.deepEqual(contents(folder), this.before[i], 'the server changed files'));
    assert.doesNotMatch(this.errors, /panic|goroutine/);
  }
}

// story runs a test with a server over a new folder with these files.
export function story(name, files, run) {
  test(name, { timeout: 60000 }, async () => {
    const dir = folder(files);
    const client = await Client.start(dir);
    try {
      await run(client, file => join(dir, file), dir);
      await client.stop();
    } finally {
      client.process.kill();
      client.org.close();
      rmSync(dir, { recursive: true, force: true });
    }
  });
}

// folder writes files to a new folder.
export function folder(files) {
  const dir = mkdtempSync(join(tmpdir(), 'oktaform-lsp-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

export function uri(file) { return pathToFileURL(file).toString(); }

// contents are the entries below a folder, with everything that a write would change.
function contents(dir) {
  return readdirSync(dir, { recursive: true }).sort().map(name => {
    const path = join(dir, name);
    const info = lstatSync(path);
    const data = info.isFile() ? readFileSync(path, 'utf8') : info.isSymbolicLink() ? readlinkSync(path) : '';
    return { name, mode: info.mode, changed: info.mtimeMs, data };
  });
}

const capabilities = {
  workspace: {
    workspaceFolders: true, configuration: true, applyEdit: true,
    workspaceEdit: { documentChanges: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
  textDocument: {
    synchronization: { didSave: true },
    publishDiagnostics: { versionSupport: true, relatedInformation: true, dataSupport: true, tagSupport: { valueSet: [1, 2] }, codeDescriptionSupport: true },
    completion: {
      completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'], insertReplaceSupport: false },
      contextSupport: true,
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    definition: { linkSupport: false },
    references: {},
    rename: { prepareSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix', 'refactor', 'source'] } },
      dataSupport: true, isPreferredSupport: true,
    },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    foldingRange: { lineFoldingOnly: true },
    formatting: {},
    semanticTokens: {
      requests: { full: true, range: true },
      tokenTypes: ['namespace', 'type', 'class', 'enum', 'enumMember', 'struct', 'parameter', 'variable', 'property', 'function', 'keyword', 'comment', 'string', 'number', 'operator'],
      tokenModifiers: ['declaration', 'definition', 'readonly', 'deprecated', 'modification', 'defaultLibrary'],
      formats: ['relative'],
    },
  },
  general: { positionEncodings: ['utf-16'] },
};
