/** The item in the status bar: what the server is doing, its version and engine, and what it found. */

import * as vscode from "vscode";

/** The server's notification `stateaware/status`. */
export interface Status {
  state: "starting" | "indexing" | "ready" | "error" | "stopped";
  version?: string;
  engine?: string;
  projects?: number;
  errors?: number;
  warnings?: number;
  message?: string;
}

const ICONS: Record<Status["state"], string> = {
  starting: "$(loading~spin)",
  indexing: "$(loading~spin)",
  ready: "$(check)",
  error: "$(error)",
  stopped: "$(circle-slash)",
};

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private status: Status = { state: "stopped" };
  private python = "";

  constructor(private readonly extensionVersion: string) {
    this.item = vscode.window.createStatusBarItem("stateaware.status", vscode.StatusBarAlignment.Right, 90);
    this.item.name = "stateaware";
    this.item.command = "stateaware.showOutput";
    this.show({ state: "stopped" });
    this.item.show();
  }

  /** Name the interpreter and where the server comes from; shown in the tooltip. */
  runsOn(python: string): void {
    this.python = python;
  }

  show(status: Status): void {
    this.status = status;
    const problems = status.state === "ready" && (status.errors || status.warnings);
    this.item.text = `${problems ? "$(warning)" : ICONS[status.state]} stateaware`;
    this.item.tooltip = this.tooltip();
    this.item.accessibilityInformation = { label: `stateaware: ${this.sentence()}` };
    const failed = status.state === "error";
    this.item.backgroundColor = failed ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }

  private sentence(): string {
    const { state, message, projects = 0, errors = 0, warnings = 0 } = this.status;
    switch (state) {
      case "ready":
        return `${count(projects, "project")}, ${count(errors, "error")}, ${count(warnings, "warning")}`;
      case "indexing":
        return message || "reading the project";
      case "starting":
        return "the server is starting";
      case "stopped":
        return message || "the server is not running";
      case "error":
        return message || "the server failed";
    }
  }

  private tooltip(): vscode.MarkdownString {
    const { version, engine } = this.status;
    const text = new vscode.MarkdownString();
    text.appendText(`stateaware ${version ?? this.extensionVersion}: ${this.sentence()}`);
    if (engine) {
      text.appendMarkdown("\n\n").appendText(`Engine: ${engine}`);
    }
    if (this.python) {
      text.appendMarkdown("\n\n").appendText(this.python);
    }
    if (this.status.state === "ready" && this.status.projects) {
      text.isTrusted = { enabledCommands: ["stateaware.simulatePlan"] };
      text.appendMarkdown("\n\n[Simulate Plan](command:stateaware.simulatePlan)");
    }
    return text.appendMarkdown("\n\n").appendText("Click to see the output.");
  }
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
