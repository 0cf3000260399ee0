/** How the server is started and what the client tells it. */

import * as path from "node:path";
import * as vscode from "vscode";
import {
  LanguageClient,
  TransportKind,
  type ErrorHandler,
  type Executable,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import type { Interpreter } from "./interpreter";
import { serverSettings, type ServerSource } from "./settings";

/** By path and not by language: dbt extensions give these files languages of their own. */
const DOCUMENTS = [
  { scheme: "file", pattern: "**/*.{yml,yaml,sql,py}" },
  { scheme: "file", pattern: "**/stateaware.toml" },
];

/** A failed request goes to the output, and not into a pop-up for each keystroke. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data instanceof Error ? data.message : undefined, false);
  }
}

export function createClient(
  python: Interpreter,
  source: ServerSource,
  folder: string,
  output: vscode.LogOutputChannel,
  errorHandler: ErrorHandler,
): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    outputChannel: output,
    errorHandler,
    initializationOptions: {
      settings: serverSettings(),
      clientCommands: ["stateaware.explain", "stateaware.simulatePlan", "stateaware.showLocations"],
    },
    initializationFailedHandler: () => false,
    synchronize: { configurationSection: "stateaware" },
    middleware: {
      workspace: {
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          if (!Array.isArray(answers)) {
            return answers;
          }
          return answers.map((answer, index) => {
            const item = params.items[index];
            const scope = item?.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined;
            return item?.section === "stateaware" ? serverSettings(scope) : answer;
          });
        },
      },
    },
  };
  return new QuietClient("stateaware", "stateaware", executable(python, source, folder), options);
}

function executable(python: Interpreter, source: ServerSource, folder: string): Executable {
  const launcher = path.join(folder, "bundled", "launch.py");
  // -I and -S: nothing of the user's environment can stand in for a bundled package.
  const args = source === "bundled" ? ["-I", "-S", launcher, "lsp"] : ["-m", "stateaware", "lsp"];
  // The extension's folder: with -m, Python looks for modules in the working folder first.
  return { command: python.path, args, transport: TransportKind.stdio, options: { cwd: folder } };
}
