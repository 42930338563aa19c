import * as path from 'node:path';
import { open, readdir } from 'node:fs/promises';
import {
  commands, languages, window, workspace,
  type ExtensionContext, type TextDocument,
} from 'vscode';
import { LanguageClient, TransportKind, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { isOurs, languageFor, maxBytes, type Folder } from './detect';

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand('oktaform.restartServer', () => restart(context)),
    workspace.onDidOpenTextDocument(document => opened(document, context)),
    workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('oktaform.server.path')) void restart(context);
    }),
  );
  await Promise.all(workspace.textDocuments.map(document => opened(document, context)));
}

// opened starts the server with the first file of oktaform: other files need none. VS Code calls
// it again with the new language if detect changes that.
async function opened(document: TextDocument, context: ExtensionContext): Promise<void> {
  if (document.languageId === 'oktaform' || document.languageId === 'oktaform-json') {
    await start(context);
  } else {
    await detect(document);
  }
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}

async function restart(context: ExtensionContext): Promise<void> {
  const running = client;
  client = undefined;
  await running?.dispose();
  await start(context);
}

async function start(context: ExtensionContext): Promise<void> {
  if (client) return;
  const server: ServerOptions = {
    command: workspace.getConfiguration('oktaform').get<string>('server.path') || 'oktaform',
    args: ['lsp'],
    transport: TransportKind.stdio,
    // Where the current folder is searched for programs, the workspace must not offer one.
    options: { cwd: context.extensionPath },
  };
  const files = workspace.createFileSystemWatcher('**/*.{hcl,hcl.json,tfvars,tfvars.json}');
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: 'file', language: 'oktaform' },
      { scheme: 'file', language: 'oktaform-json' },
    ],
    synchronize: { fileEvents: files },
  };
  client = new LanguageClient('oktaform', 'oktaform', server, options);
  try {
    await client.start();
  } catch (error) {
    const settings = 'Open settings';
    const choice = await window.showErrorMessage(
      `oktaform's server doesn't start: ${error instanceof Error ? error.message : error}. Install oktaform so that it is in PATH, or set oktaform.server.path.`, settings);
    if (choice === settings) await commands.executeCommand('workbench.action.openSettings', 'oktaform.server.path');
  }
}

// detect shows a file as oktaform's if it is part of a configuration. What a person chose in
// files.associations stays.
async function detect(document: TextDocument): Promise<void> {
  const name = path.basename(document.fileName);
  const language = languageFor(name);
  if (document.uri.scheme !== 'file' || !language || !['hcl', 'terraform', 'plaintext', 'json'].includes(document.languageId)) return;
  const settings = workspace.getConfiguration('oktaform', document);
  if (!settings.get<boolean>('detectLanguage') || isAssociated(name)) return;
  if (await isOurs(name, document.getText().slice(0, maxBytes), folderOf(document.fileName))) {
    await languages.setTextDocumentLanguage(document, language);
  }
}

// isAssociated reports whether files.associations names the file itself, or its extension.
function isAssociated(name: string): boolean {
  const associations = workspace.getConfiguration('files').get<Record<string, string>>('associations') ?? {};
  return Object.keys(associations).map(pattern => pattern.replace(/^\*\*\//, '')).some(pattern =>
    pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1))));
}

function folderOf(file: string): Folder {
  const dir = path.dirname(file);
  return {
    list: async () => (await readdir(dir, { withFileTypes: true }).catch(() => [])).filter(e => e.isFile()).map(e => e.name),
    read: async name => {
      const handle = await open(path.join(dir, name)).catch(() => undefined);
      if (!handle) return '';
      try {
        const buffer = Buffer.alloc(maxBytes);
        const { bytesRead } = await handle.read(buffer, 0, maxBytes, 0);
        return buffer.toString('utf8', 0, bytesRead);
      } catch {
        return '';
      } finally {
        await handle.close();
      }
    },
  };
}
