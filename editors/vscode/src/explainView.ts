/** The view in the Explorer: the active file's nodes, their values, and the layers behind each value. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { Location } from "vscode-languageclient/node";
import type { Server } from "./server";

/** The answer of the server command `stateaware.server.tree`. */
interface Tree {
  nodes: Entry[];
}

interface Entry {
  label: string;
  description?: string;
  tooltip?: string;
  icon?: string;
  location?: Location | null;
  children?: Entry[];
}

/** Whether it is a node of this view, whose tooltip is its unique_id; folders and settings have none. */
export function isEntry(value: object): value is { tooltip: string; location: Location } {
  return "label" in value && "tooltip" in value && !!value.tooltip && "location" in value && !!value.location;
}

const TYPING_PAUSE_MS = 400;
const NODES_EXPANDED = 5;

export class ExplainView implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  private entries: Entry[] = [];
  private file: vscode.Uri | undefined;
  private asked = 0;
  private pause: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<Entry>;
  private readonly registered: vscode.Disposable[];
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly server: Server) {
    this.view = vscode.window.createTreeView("stateaware.explainView", {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.registered = [
      this.changed,
      this.view,
      vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === this.file?.toString()) {
          this.refreshSoon();
        }
      }),
      server.onStatus(({ state }) => {
        if (state === "ready" || state === "stopped" || state === "error") {
          this.refreshSoon();
        }
      }),
    ];
    this.follow(vscode.window.activeTextEditor);
  }

  getChildren(entry?: Entry): Entry[] {
    return entry ? (entry.children ?? []) : this.entries;
  }

  getTreeItem(entry: Entry): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const isOneOfMany = this.entries.length > NODES_EXPANDED && this.entries.includes(entry);
    const state = isOneOfMany ? Collapsed : Expanded;
    const item = new vscode.TreeItem(entry.label, entry.children?.length ? state : None);
    if (entry.description) {
      item.description = entry.description;
    }
    if (entry.tooltip) {
      item.tooltip = new vscode.MarkdownString(entry.tooltip);
    }
    if (entry.icon) {
      item.iconPath = new vscode.ThemeIcon(entry.icon);
    }
    if (this.entries.includes(entry) && isEntry(entry)) {
      item.contextValue = "node";
    }
    const client = this.server.running;
    if (entry.location && client) {
      const { uri, range } = client.protocol2CodeConverter.asLocation(entry.location);
      item.command = { title: "Open", command: "vscode.open", arguments: [uri, { selection: range }] };
    }
    return item;
  }

  dispose(): void {
    clearTimeout(this.pause);
    vscode.Disposable.from(...this.registered).dispose();
  }

  private follow(editor: vscode.TextEditor | undefined): void {
    if (editor && editor.document.uri.scheme !== "file") {
      return; // an output channel or an answer of ours: what is shown stays
    }
    this.file = editor?.document.uri;
    void this.refresh();
  }

  private refreshSoon(): void {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.refresh(), TYPING_PAUSE_MS);
  }

  private async refresh(): Promise<void> {
    const number = ++this.asked;
    const entries = await this.ask();
    if (number !== this.asked) {
      return; // a newer question is on its way
    }
    this.entries = entries;
    this.view.description = this.file && entries.length ? path.basename(this.file.fsPath) : "";
    this.changed.fire();
    await vscode.commands.executeCommand("setContext", "stateaware.activeFileHasNodes", entries.length > 0);
  }

  private async ask(): Promise<Entry[]> {
    if (!this.file) {
      return [];
    }
    try {
      const tree = await this.server.execute<Tree>("stateaware.server.tree", { uri: this.file.toString() });
      return tree?.nodes ?? [];
    } catch (error) {
      this.server.output.warn(`Freshness view: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }
}
