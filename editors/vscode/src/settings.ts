/** The settings as the server reads them: in initializationOptions and for the section `stateaware`. */

import * as vscode from "vscode";

export interface ServerSettings {
  engine: string;
  target: string;
  vars: Record<string, unknown>;
  profilesDir: string;
  inlayHints: { enabled: boolean };
  codeLens: { enabled: boolean };
  plan: { enabled: boolean };
  diagnostics: { enabled: boolean };
  trusted: boolean;
}

export function serverSettings(scope?: vscode.Uri): ServerSettings {
  const values = vscode.workspace.getConfiguration("stateaware", scope ?? null);
  const enabled = (part: string) => ({ enabled: values.get<boolean>(`${part}.enabled`, true) });
  return {
    engine: values.get<string>("engine", ""),
    target: values.get<string>("target", ""),
    vars: values.get<Record<string, unknown>>("vars", {}),
    profilesDir: values.get<string>("profilesDir", ""),
    inlayHints: enabled("inlayHints"),
    codeLens: enabled("codeLens"),
    plan: enabled("plan"),
    diagnostics: enabled("diagnostics"),
    trusted: vscode.workspace.isTrusted,
  };
}

export type ServerSource = "bundled" | "environment";

export function serverSource(): ServerSource {
  return vscode.workspace.getConfiguration("stateaware").get<ServerSource>("server.source", "bundled");
}

/** The interpreter that the user chose, with `~` and `${workspaceFolder}` replaced; empty if none. */
export function chosenInterpreter(home: string): string {
  const written = vscode.workspace.getConfiguration("stateaware").get<string>("interpreter", "").trim();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return written.replace(/^~(?=$|[\\/])/, () => home).replace(/\$\{workspaceFolder\}/g, () => folder);
}
