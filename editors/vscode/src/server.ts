/** The server's life: one language client at a time, started, restarted and stopped in turn. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, State, type LanguageClient } from "vscode-languageclient/node";
import { createClient } from "./client";
import { findInterpreter, NoInterpreter } from "./interpreter";
import { serverSource } from "./settings";
import type { Status, StatusItem } from "./status";

const CRASHES_BEFORE_GIVING_UP = 4;
const CRASH_WINDOW_MS = 3 * 60_000;

/** The server's notification `stateaware/plan`. */
export interface Planned {
  /** The project's folder. */
  project: string;
}

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private last: Promise<void> = Promise.resolve();
  private crashes: number[] = [];
  private hasAnswered = false;
  private readonly changed = new vscode.EventEmitter<Status>();
  private readonly planned = new vscode.EventEmitter<Planned>();
  readonly onStatus = this.changed.event;
  /** The plans of a project may be others now. */
  readonly onPlan = this.planned.event;

  constructor(
    private readonly folder: string,
    readonly output: vscode.LogOutputChannel,
    private readonly status: StatusItem,
  ) {}

  start(): Promise<void> {
    return this.inTurn(() => this.doStart());
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.doStop());
  }

  restart(): Promise<void> {
    this.crashes = [];
    return this.inTurn(async () => {
      await this.doStop();
      await this.doStart();
    });
  }

  /** The running client, for conversions between the protocol's and the editor's types. */
  get running(): LanguageClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  /** Run one of the server's commands; undefined if the server does not run. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    const client = this.running;
    if (!client) {
      return undefined;
    }
    const answer = await client.sendRequest<T | null>("workspace/executeCommand", { command, arguments: args });
    return answer ?? undefined;
  }

  dispose(): void {
    this.changed.dispose();
    this.planned.dispose();
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step, step);
    return this.last;
  }

  private async doStart(): Promise<void> {
    this.show({ state: "starting" });
    this.hasAnswered = false;
    try {
      const source = serverSource();
      const python = await findInterpreter(source, this.folder);
      this.output.info(`Python ${python.version} at ${python.path}, server: ${source}`);
      this.status.runsOn(`Python ${python.version} at ${python.path}, ${source} server`);
      const client = createClient(python, source, this.folder, this.output, {
        error: (error) => {
          this.output.error(error.message);
          return { action: ErrorAction.Continue };
        },
        closed: () => this.closed(),
      });
      this.client = client;
      client.onNotification("stateaware/status", (status: Status) => this.show(status));
      client.onNotification("stateaware/plan", (planned: Planned) => this.planned.fire(planned));
      client.onDidChangeState(({ newState }) => {
        const running = newState === State.Running;
        void vscode.commands.executeCommand("setContext", "stateaware.running", running);
      });
      await client.start();
      this.hasAnswered = true;
    } catch (error) {
      this.client = undefined;
      this.output.error(String(error));
      this.failed(error instanceof NoInterpreter ? error : new Error("The server does not start. The output says why."));
    }
  }

  private async doStop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose(5_000);
    } catch (error) {
      this.output.warn(`While stopping: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.show({ state: "stopped" });
  }

  private closed(): { action: CloseAction; handled?: boolean; message?: string } {
    if (!this.hasAnswered) {
      return { action: CloseAction.DoNotRestart, handled: true }; // doStart says so
    }
    const now = Date.now();
    this.crashes = [...this.crashes.filter((when) => now - when < CRASH_WINDOW_MS), now];
    if (this.crashes.length < CRASHES_BEFORE_GIVING_UP) {
      this.show({ state: "starting" });
      return { action: CloseAction.Restart, handled: true };
    }
    this.failed(new Error(`The server ended ${this.crashes.length} times within three minutes.`));
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private show(status: Status): void {
    this.status.show(status);
    this.changed.fire(status);
  }

  /** Say once what is wrong and offer what helps. */
  private failed(error: Error): void {
    this.output.error(error.message);
    this.show({ state: "error", message: error.message });
    const choose = "Choose Interpreter";
    const actions = error instanceof NoInterpreter ? [choose, "Show Output"] : ["Restart", "Show Output"];
    void vscode.window.showErrorMessage(`stateaware: ${error.message}`, ...actions).then((action) => {
      switch (action) {
        case choose:
          return chooseInterpreter();
        case "Restart":
          return this.restart();
        case "Show Output":
          return this.output.show();
      }
    });
  }
}

/** Ask for the interpreter's file and store it where this machine's settings are. */
async function chooseInterpreter(): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: "Python 3.10 or newer",
      openLabel: "Use This Python",
      defaultUri: vscode.Uri.file(homedir()),
    })) ?? [];
  if (file) {
    const settings = vscode.workspace.getConfiguration("stateaware");
    await settings.update("interpreter", file.fsPath, vscode.ConfigurationTarget.Global);
  }
}
