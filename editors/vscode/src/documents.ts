/** Answers shown as read-only documents; the places named in them are links. */

import * as vscode from "vscode";

const SCHEME = "stateaware";

export interface Link {
  /** What stands in the text, such as `models/marts/_marts.yml:12`. */
  readonly label: string;
  readonly target: vscode.Uri;
}

export class Documents implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable {
  private readonly shown = new Map<string, { text: string; links: Link[] }>();
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

  /** Show `text` beside the editor, in the document of that name if it is open already. */
  async show(name: string, text: string, links: Link[] = []): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.shown.set(uri.toString(), { text, links });
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
    const text = document.getText();
    return (this.shown.get(document.uri.toString())?.links ?? []).flatMap(({ label, target }) =>
      places(text, label).map((start) => {
        const range = new vscode.Range(document.positionAt(start), document.positionAt(start + label.length));
        return new vscode.DocumentLink(range, target);
      }),
    );
  }

  dispose(): void {
    vscode.Disposable.from(...this.registered).dispose();
  }
}

/** Where `label` stands in `text`, not followed by a digit: `a.yml:1` is not found in `a.yml:12`. */
function places(text: string, label: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(label); label && at >= 0; at = text.indexOf(label, at + 1)) {
    if (!/\d/.test(text[at + label.length] ?? "")) {
      found.push(at);
    }
  }
  return found;
}
