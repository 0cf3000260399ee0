/** The commands of the palette, the editor title and the code lenses. */

import * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";
import type { Documents } from "./documents";
import { isEntry } from "./explainView";
import { plainText } from "./plainText";
import type { Place, PlanPanels } from "./planPanel";
import type { Server } from "./server";
import { count } from "./status";

/** What is asked about: a place in a file, or a node of a project. */
interface Target {
  uri?: string;
  position?: Position;
  project?: string;
  node?: string;
  unique_id?: string;
}

interface Explanation {
  node: string;
  /** Markdown. */
  text: string;
}

interface Checked {
  projects: { root: string; name: string; engine: string; errors: number; warnings: number; infos: number }[];
}

export function registerCommands(server: Server, documents: Documents, plans: PlanPanels): vscode.Disposable {
  const register = (name: string, run: (...args: unknown[]) => Promise<void>) =>
    vscode.commands.registerCommand(`stateaware.${name}`, async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        server.output.error(`${name}: ${message}`);
        void vscode.window.showErrorMessage(`stateaware: ${message}`);
      }
    });
  return vscode.Disposable.from(
    register("explain", (...args) => explain(server, documents, args)),
    register("simulatePlan", (...args) => simulatePlan(server, plans, args)),
    register("checkWorkspace", () => checkWorkspace(server)),
    register("showLocations", (...args) => showLocations(server, args)),
    register("restart", () => server.restart()),
    register("showOutput", async () => server.output.show()),
  );
}

async function explain(server: Server, documents: Documents, args: unknown[]): Promise<void> {
  const target = targetOf(args);
  if (!target || !running(server)) {
    return;
  }
  const answer = await server.execute<Explanation>("stateaware.server.explain", target);
  if (!answer) {
    say("No model, source or freshness setting stands here.");
    return;
  }
  await documents.show(`explain ${answer.node.split(".").slice(2).join(".") || answer.node}`, plainText(answer.text));
}

async function simulatePlan(server: Server, plans: PlanPanels, args: unknown[]): Promise<void> {
  if (!running(server)) {
    return;
  }
  const askPlace = (target: Target) => server.execute<Place>("stateaware.server.place", target);
  const isNamed = args[0] !== undefined;
  const target = isNamed ? targetOf(args) : cursor();
  const place = target && (await askPlace(target));
  if (place) {
    plans.show(place);
  } else if (isNamed) {
    say("There is no plan to show for this file.");
  } else {
    const project = await chooseProject(server);
    const found = project && (await askPlace(project));
    if (found) {
      plans.show(found);
    }
  }
}

/** The only project, or the one that is chosen from a list. */
async function chooseProject(server: Server): Promise<Target | undefined> {
  const checked = await server.execute<Checked>("stateaware.server.checkWorkspace");
  const items = (checked?.projects ?? []).map(({ name, root }) => ({ label: name, description: root, project: root }));
  if (!items.length) {
    say("There is no dbt project to plan for.");
  }
  const [only, more] = items;
  const chosen = only && !more ? only : await vscode.window.showQuickPick(items, { title: "The project to plan for" });
  return chosen && { project: chosen.project };
}

async function checkWorkspace(server: Server): Promise<void> {
  if (!running(server)) {
    return;
  }
  const checked = await server.execute<Checked>("stateaware.server.checkWorkspace");
  const projects = checked?.projects ?? [];
  const sum = (part: "errors" | "warnings") => projects.reduce((total, project) => total + project[part], 0);
  const found = `${count(sum("errors"), "error")}, ${count(sum("warnings"), "warning")}`;
  for (const { name, root, engine, errors, warnings, infos } of projects) {
    const each = [count(errors, "error"), count(warnings, "warning"), count(infos, "note")].join(", ");
    server.output.info(`${name} (${root}), engine ${engine}: ${each}`);
  }
  const show = "Show Problems";
  const action = await vscode.window.showInformationMessage(
    `stateaware: ${count(projects.length, "project")}, ${found}.`,
    ...(sum("errors") + sum("warnings") ? [show] : []),
  );
  if (action === show) {
    await vscode.commands.executeCommand("workbench.actions.view.problems");
  }
}

/** From a code lens: the arguments are the protocol's, VS Code's own command wants its own types. */
async function showLocations(server: Server, [uri, position, locations]: unknown[]): Promise<void> {
  const client = running(server);
  if (client && typeof uri === "string" && Array.isArray(locations)) {
    const { asLocation, asPosition } = client.protocol2CodeConverter;
    await vscode.commands.executeCommand(
      "editor.action.showReferences",
      vscode.Uri.parse(uri),
      asPosition(position as Position),
      (locations as Location[]).map((location) => asLocation(location)),
    );
  }
}

/** What the caller names: an object from a lens or a view, the file from a menu of files, else the cursor. */
function targetOf([first, second]: unknown[]): Target | undefined {
  const active = cursor();
  if (first instanceof vscode.Uri || typeof first === "string") {
    const uri = first.toString();
    const position = isPosition(second) ? second : active?.uri === uri ? active.position : undefined;
    return position ? { uri, position } : { uri };
  }
  if (typeof first === "object" && first !== null) {
    return isEntry(first) ? { uri: first.location.uri, unique_id: first.tooltip } : (first as Target);
  }
  if (!active) {
    say("Open a file of a dbt project first.");
  }
  return active;
}

function isPosition(value: unknown): value is Position {
  return typeof value === "object" && value !== null && "line" in value && "character" in value;
}

function cursor(): (Target & { position: Position }) | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== "file") {
    return undefined;
  }
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}

function running(server: Server): Server["running"] {
  if (!server.running) {
    say("The server is not running. The output says why.");
  }
  return server.running;
}

function say(sentence: string): void {
  void vscode.window.showInformationMessage(`stateaware: ${sentence}`);
}
