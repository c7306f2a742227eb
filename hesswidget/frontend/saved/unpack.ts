import bounds from "../../program/bounds.json";
import { refuse, text } from "../base/checks";
import { base64 } from "../model/saved_values";

/** What a saved explorer may have at most. */
const MOST = bounds.saved;

/** So many bytes are unpacked at a time: what comes of them, a thousand times as much at most, is there before anyone can stop it. */
const AT_A_TIME = 4_096;

/** JSON that was compressed (zlib) and written in base64. How much of it there is is known before it is parsed. */
export async function unpack(packed: unknown): Promise<unknown> {
  const bytes = base64(text(packed, MOST.packed, "what is packed"), "what is packed");
  await pause();
  const most = Math.min(MOST.unpacked, Math.max(MOST.always, MOST.ratio * bytes.length));
  const decoder = new TextDecoder();
  const parts = new Parts();
  const unpacked: string[] = [];
  let length = 0;
  for await (const piece of inflated(bytes)) {
    const more = decoder.decode(piece, { stream: true });
    length += more.length;
    if (length > most) refuse(`unpacked it has more than ${most} characters, which is the most allowed.`);
    parts.count(more);
    unpacked.push(more);
  }
  await pause();
  try {
    return JSON.parse(unpacked.join("") + decoder.decode());
  } catch {
    return refuse("it is damaged: what was unpacked is no JSON.");
  }
}

/** Leave the page to others for a moment. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** What comes of compressed bytes, piece by piece; nothing more once nobody takes it. */
async function* inflated(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array> {
  let at = 0;
  const source = new ReadableStream<BufferSource>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += AT_A_TIME)));
      else controller.close();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => refuse("it is damaged: what is packed cannot be unpacked."));
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // what is damaged cannot be
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
