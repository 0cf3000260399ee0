/** Answers shown as read-only documents; the places named in them are links. */

import * as vscode from "vscode";
import type { LinkedText } from "./plainText";

const SCHEME = "stateaware";

export class Documents implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable {
  private readonly shown = new Map<string, LinkedText>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registered: vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  constructor() {
    this.registered = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.shown.delete(document.uri.toString())),
    ];
  }

  /** Show an answer beside the editor, in the document of that name if it is open already. */
  async show(name: string, answer: LinkedText): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.shown.set(uri.toString(), answer);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.shown.get(uri.toString())?.text ?? "";
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return (this.shown.get(document.uri.toString())?.links ?? []).map(({ start, length, target }) => {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(start + length));
      return new vscode.DocumentLink(range, vscode.Uri.parse(target));
    });
  }

  dispose(): void {
    vscode.Disposable.from(...this.registered).dispose();
  }
}
