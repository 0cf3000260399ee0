/** The page of plans: one panel for each project, which asks the server and leads to places in files. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Location } from "vscode-languageclient/node";
import type { Server } from "./server";

const KIND = "stateaware.plan";
const BUSY_AFTER_MS = 250;

/** What the page asks; see `stateaware.server.report`. Only the page knows all of it. */
interface Question {
  kind: "plan" | "simulation";
  mode: string;
}

/** The answer of `stateaware.server.place`. */
export interface Place {
  /** The project's folder. */
  project: string;
  name: string;
  unique_id: string | null;
  location: Location | null;
}

type Message =
  | { type: "ready" }
  | { type: "ask"; question: Question }
  | { type: "open"; unique_id: string; what: "setting" | "file"; follow?: boolean };

/** What the page keeps for itself when the window is loaded again. */
interface Kept {
  project?: string;
  name?: string;
  question?: Question;
}

export class PlanPanels implements vscode.WebviewPanelSerializer<Kept>, vscode.Disposable {
  private readonly open = new Map<string, PlanPanel>();
  private readonly registered: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly folder: vscode.Uri,
  ) {
    this.registered = [
      vscode.window.registerWebviewPanelSerializer(KIND, this),
      server.onPlan(({ project }) => this.open.get(project)?.refresh()),
      server.onStatus(({ state, message }) => {
        for (const panel of this.open.values()) {
          panel.follow(state, message);
        }
      }),
    ];
  }

  /** Show the plan of a project, and choose a node in it. */
  show({ project, name, unique_id }: Place): void {
    const known = this.open.get(project);
    if (known) {
      known.reveal(unique_id);
      return;
    }
    const panel = vscode.window.createWebviewPanel(KIND, `Plan: ${name}`, vscode.ViewColumn.Beside, {
      retainContextWhenHidden: true,
    });
    this.fill(panel, { project, name }, unique_id);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, kept: Kept | undefined): Promise<void> {
    if (kept?.project && !this.open.has(kept.project)) {
      this.fill(panel, kept, null);
    } else {
      panel.dispose();
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.registered, ...this.open.values()).dispose();
  }

  private fill(panel: vscode.WebviewPanel, { project = "", name = "", question }: Kept, node: string | null): void {
    const assets = vscode.Uri.joinPath(this.folder, "dist", "report");
    panel.iconPath = vscode.Uri.joinPath(this.folder, "images", "icon.png");
    panel.webview.options = { enableScripts: true, localResourceRoots: [assets] };
    this.open.set(project, new PlanPanel(panel, this.server, { project, name }, question, node));
    panel.onDidDispose(() => this.open.delete(project));
    panel.webview.html = page(panel.webview, assets);
  }
}

class PlanPanel implements vscode.Disposable {
  private isReady = false;
  /** Whether what is shown may not be what the server would say now. */
  private isStale = true;
  private asked = 0;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly server: Server,
    private readonly about: { project: string; name: string },
    private question: Question = { kind: "plan", mode: "recommended" },
    private chosen: string | null = null,
  ) {
    panel.webview.onDidReceiveMessage((message: Message) => this.take(message));
    panel.onDidChangeViewState(() => {
      if (panel.visible && this.isStale) {
        this.refresh();
      }
    });
  }

  reveal(node: string | null): void {
    this.chosen = node;
    this.panel.reveal(undefined, true);
    this.refresh();
  }

  /** Ask again; while nobody sees the page that can wait. */
  refresh(): void {
    this.isStale = true;
    if (this.isReady && this.panel.visible) {
      void this.ask();
    }
  }

  /** The server has another state: while it does not run, nothing can be asked. */
  follow(state: string, message: string | undefined): void {
    if (state === "ready") {
      if (this.isStale) {
        this.refresh();
      }
    } else if (state === "stopped" || state === "starting" || state === "error") {
      this.asked += 1;
      this.isStale = true;
      this.post(state === "error" ? failed(message || "The server failed. The output says why.") : { type: "busy" });
    }
  }

  dispose(): void {
    this.panel.dispose();
  }

  private async take(message: Message): Promise<void> {
    switch (message.type) {
      case "ready":
        this.isReady = true;
        return this.ask();
      case "ask":
        this.question = message.question;
        return this.ask();
      case "open":
        return this.goTo(message.unique_id, message.what, message.follow === true);
    }
  }

  private async ask(): Promise<void> {
    const number = ++this.asked;
    const { question } = this;
    const isLast = () => number === this.asked;
    const busy = setTimeout(() => isLast() && this.post({ type: "busy" }), BUSY_AFTER_MS);
    this.isStale = false;
    try {
      const { project } = this.about;
      const document = await this.server.execute("stateaware.server.report", { project, question });
      if (!isLast()) {
        return;
      }
      if (document) {
        this.post({ type: "show", document, question, node: this.chosen, ...this.about });
        this.chosen = null;
      } else {
        this.isStale = true;
        this.post(failed(this.server.running ? "The project is not there any more." : "The server is not running."));
      }
    } catch (error) {
      if (isLast()) {
        this.isStale = true;
        this.post(failed(error instanceof Error ? error.message : String(error)));
      }
    } finally {
      clearTimeout(busy);
    }
  }

  /** Open the place of a node. A page that is followed keeps the focus, and needs an editor beside it. */
  private async goTo(node: string, what: "setting" | "file", isFollowed: boolean): Promise<void> {
    const beside = vscode.window.visibleTextEditors.find(
      ({ viewColumn }) => viewColumn !== undefined && viewColumn !== this.panel.viewColumn,
    );
    if (isFollowed && !beside) {
      return;
    }
    try {
      const { project } = this.about;
      const { mode } = this.question;
      const target = { project, unique_id: node, what, mode };
      const place = await this.server.execute<Place>("stateaware.server.place", target);
      const client = this.server.running;
      if (place?.location && client) {
        const { uri, range } = client.protocol2CodeConverter.asLocation(place.location);
        await vscode.window.showTextDocument(uri, {
          selection: range,
          viewColumn: beside?.viewColumn ?? vscode.ViewColumn.Beside,
          preserveFocus: isFollowed,
          preview: true,
        });
      }
    } catch (error) {
      this.post(failed(error instanceof Error ? error.message : String(error)));
    }
  }

  private post(message: object): void {
    if (this.isReady) {
      void this.panel.webview.postMessage(message);
    }
  }
}

function failed(message: string): object {
  return { type: "failed", message };
}

/** The page may load its own script and style, and nothing else. */
function page(webview: vscode.Webview, assets: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const asset = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(assets, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plan</title>
<link rel="stylesheet" href="${asset("report.css")}">
</head>
<body>
<div id="report"></div>
<script nonce="${nonce}" src="${asset("report.js")}"></script>
</body>
</html>
`;
}
