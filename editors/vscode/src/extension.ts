/** Starts the server for dbt projects, and hands everything else to the modules beside this one. */

import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { Documents } from "./documents";
import { ExplainView } from "./explainView";
import { PlanPanels } from "./planPanel";
import { Server } from "./server";
import { StatusItem } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("stateaware", { log: true });
  const status = new StatusItem(String(context.extension.packageJSON.version));
  const documents = new Documents();
  server = new Server(context.extensionPath, output, status);
  const view = new ExplainView(server);
  const plans = new PlanPanels(server, context.extensionUri);
  const commands = registerCommands(server, documents, plans);
  context.subscriptions.push(output, status, documents, server, view, plans, commands);

  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => server?.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const startsAnew = ["stateaware.interpreter", "stateaware.server"];
      if (startsAnew.some((section) => event.affectsConfiguration(section))) {
        return server?.restart();
      }
    }),
  );
  await vscode.commands.executeCommand("setContext", "stateaware.active", true);
  await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
