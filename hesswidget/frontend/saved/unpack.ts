import bounds from "../../program/bounds.json";
import { refuse, text } from "../base/checks";
import { base64 } from "../model/saved_values";

/** What a saved explorer may have at most. */
const MOST = bounds.saved;

/** JSON that was compressed (zlib) and written in base64. How much of it there is is known before it is parsed. */
export async function unpack(packed: unknown): Promise<unknown> {
  const bytes = base64(text(packed, MOST.packed, "what is packed"), "what is packed");
  const most = Math.min(MOST.unpacked, Math.max(MOST.always, MOST.ratio * bytes.length));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const decoder = new TextDecoder();
  const parts = new Parts();
  const unpacked: string[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => refuse("it is damaged: what is packed cannot be unpacked."));
    if (done) break;
    const more = decoder.decode(value, { stream: true });
    length += more.length;
    try {
      if (length > most) refuse(`unpacked it has more than ${most} characters, which is the most allowed.`);
      parts.count(more);
    } catch (error) {
      void reader.cancel();
      throw error;
    }
    unpacked.push(more);
  }
  try {
    return JSON.parse(unpacked.join("") + decoder.decode());
  } catch {
    return refuse("it is damaged: what was unpacked is no JSON.");
  }
}

const [QUOTE, BACKSLASH, OPENING, CLOSING] = ['"', "\\", "[{", "]}"].map((all) => [...all].map((one) => one.charCodeAt(0)));

/** Counts the lists and objects of a text that may be JSON, and how deep they lie. */
class Parts {
  private total = 0;
  private depth = 0;
  private isText = false;
  private isEscaped = false;

  count(more: string): void {
    for (let k = 0; k < more.length; k++) {
      const code = more.charCodeAt(k);
      if (this.isEscaped) this.isEscaped = false;
      else if (code === QUOTE[0]) this.isText = !this.isText;
      else if (this.isText) this.isEscaped = code === BACKSLASH[0];
      else if (code === OPENING[0] || code === OPENING[1]) this.open();
      else if (code === CLOSING[0] || code === CLOSING[1]) this.depth--;
    }
  }

  private open(): void {
    if (++this.depth > MOST.depth) refuse(`its lists and objects lie more than ${MOST.depth} deep, which is the most allowed.`);
    if (++this.total > MOST.parts) refuse(`it has more than ${MOST.parts} lists and objects, which is the most allowed.`);
  }
}
