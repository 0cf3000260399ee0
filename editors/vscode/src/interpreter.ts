/** Finds a Python that can run the server: the setting, else the Python extension's, else one on PATH. */

import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { chosenInterpreter, type ServerSource } from "./settings";

const OLDEST = [3, 10] as const;
const PROBE_TIMEOUT_MS = 10_000;
const PYTHON_EXTENSION_TIMEOUT_MS = 5_000;

export interface Interpreter {
  readonly path: string;
  readonly version: string;
}

/** Why there is none, in a sentence for the user. */
export class NoInterpreter extends Error {}

export async function findInterpreter(source: ServerSource, cwd: string): Promise<Interpreter> {
  const chosen = chosenInterpreter(homedir());
  if (chosen) {
    const file = path.isAbsolute(chosen) ? chosen : onPath([chosen])[0];
    const answer = file ? await probe(file, source, cwd) : "was not found";
    if (typeof answer !== "string" && file) {
      return { ...answer, path: file }; // as the user wrote it: it may be a wrapper that sets something up
    }
    throw new NoInterpreter(`The interpreter in the settings, ${chosen}, ${answer}.`);
  }
  const rejected: string[] = [];
  const seen = new Set<string>();
  for (const candidates of [selectedInPythonExtension, async () => onPath(namesOnPath())]) {
    for (const candidate of await candidates()) {
      if (seen.has(candidate) || (!vscode.workspace.isTrusted && isInWorkspace(candidate))) {
        continue;
      }
      seen.add(candidate);
      const answer = await probe(candidate, source, cwd);
      if (typeof answer !== "string") {
        return answer;
      }
      rejected.push(`${candidate} ${answer}`);
    }
  }
  const needed = source === "environment" ? "with stateaware[lsp] installed" : `${OLDEST.join(".")} or newer`;
  const found = rejected.length ? `: ${rejected.join("; ")}` : "";
  throw new NoInterpreter(`There is no Python ${needed}${found}.`);
}

async function selectedInPythonExtension(): Promise<string[]> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  if (!extension || !vscode.workspace.isTrusted) {
    return [];
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const ask = async (): Promise<string[]> => {
    const { environments } = await extension.activate();
    const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
    const file = environment?.executable.uri?.fsPath;
    return file ? [file] : [];
  };
  try {
    return await Promise.race([ask(), after(PYTHON_EXTENSION_TIMEOUT_MS, [])]);
  } catch {
    return []; // its trouble is not ours: PATH comes next
  }
}

/** What we use of the Python extension's public API. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): unknown;
    resolveEnvironment(environment: unknown): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

function namesOnPath(): string[] {
  const numbered = [14, 13, 12, 11, 10].map((minor) => `python3.${minor}`);
  return process.platform === "win32" ? ["python", "py", "python3"] : ["python3", "python", ...numbered];
}

/** Absolute paths only: a relative entry of PATH could name a program in the workspace. */
function onPath(names: string[]): string[] {
  const ends = process.platform === "win32" ? [".exe", ""] : [""];
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return names.flatMap((name) =>
    folders.flatMap((folder) => ends.map((end) => path.join(folder, name + end)).filter(isExecutable).slice(0, 1)).slice(0, 1),
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isInWorkspace(file: string): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => {
    const steps = path.relative(uri.fsPath, file);
    return !steps.startsWith("..") && !path.isAbsolute(steps);
  });
}

const QUESTION = `
import sys
print("%d.%d.%d" % sys.version_info[:3])
print(sys.executable)
if sys.version_info >= (3, 10):
    from importlib.util import find_spec
    print(" ".join(name for name in ("stateaware", "stateaware_lsp", "pygls") if not find_spec(name)))
`;

/** The interpreter, or what is wrong with it, as the end of a sentence. */
async function probe(file: string, source: ServerSource, cwd: string): Promise<Interpreter | string> {
  const lines = await run(file, ["-c", QUESTION], cwd);
  const version = lines?.[0]?.match(/^(\d+)\.(\d+)\.\d+$/);
  if (!lines || !version) {
    return "does not run";
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `is Python ${major}.${minor}`;
  }
  if (source === "environment" && lines[2]) {
    return `has no ${lines[2].split(" ").join(", ")}`;
  }
  return { path: lines[1] || file, version: version[0] };
}

function run(file: string, args: string[], cwd: string): Promise<string[] | undefined> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, timeout: PROBE_TIMEOUT_MS, windowsHide: true }, (error, stdout) =>
      resolve(error ? undefined : stdout.split(/\r?\n/)),
    );
  });
}

function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));
}
