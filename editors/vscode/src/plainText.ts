/** The server's Markdown as plain text, with the places where its links stand. */

export interface Link {
  readonly start: number;
  readonly length: number;
  readonly target: string;
}

export interface LinkedText {
  readonly text: string;
  readonly links: readonly Link[];
}

// An escaped character; a link with its label and its target; a mark of emphasis.
const MARKUP = /\\([^\w\s])|\[((?:\\.|[^\]\\])*)\]\(([^)\s]*)\)|\*{1,2}/g;
const FENCE = /^(`{3,})/;

/** Read the Markdown that an explanation is made of: paragraphs, lists, fenced blocks, emphasis and links. */
export function plainText(markdown: string): LinkedText {
  const links: Link[] = [];
  let text = "";
  let fence = "";
  for (const line of markdown.split("\n")) {
    const mark = FENCE.exec(line)?.[1] ?? "";
    if (fence ? mark === fence : mark) {
      fence = fence ? "" : mark;
    } else if (fence) {
      text += `    ${line}\n`;
    } else {
      let read = 0;
      for (const found of line.matchAll(MARKUP)) {
        const [whole, escaped, label, target] = found;
        text += line.slice(read, found.index) + (escaped ?? "");
        read = found.index + whole.length;
        if (label !== undefined && target !== undefined) {
          const shown = label.replace(/\\([^\w\s])/g, "$1");
          links.push({ start: text.length, length: shown.length, target });
          text += shown;
        }
      }
      text += `${line.slice(read)}\n`;
    }
  }
  return { text, links };
}
