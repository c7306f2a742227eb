import bounds from "../../program/bounds.json";
import { InvalidData, refuse, text } from "../base/checks";
import { base64 } from "../model/saved_values";
import { Breath, pause } from "./breath";
import { parsed } from "./parse";

/** What a saved explorer may have at most. */
const MOST = bounds.saved;

/** So many characters, of 4 for 3 bytes, are unpacked at a time: what comes of them, a thousand times as much at most, is there before anyone can stop it. */
const AT_A_TIME = 5_460;

/** JSON that was compressed (zlib) and written in base64. How much of it there is is known before it is parsed. */
export async function unpack(packed: unknown): Promise<unknown> {
  const written = text(packed, MOST.packed, "what is packed");
  const most = Math.min(MOST.unpacked, Math.max(MOST.always, MOST.ratio * 0.75 * written.length));
  const decoder = new TextDecoder();
  const parts = new Parts();
  const unpacked: string[] = [];
  const breath = new Breath();
  let length = 0;
  for await (const piece of inflated(written)) {
    const more = decoder.decode(piece, { stream: true });
    length += more.length;
    if (length > most) refuse(`unpacked it has more than ${Math.floor(most)} characters, which is the most allowed.`);
    parts.count(more);
    unpacked.push(more);
    await breath.take();
  }
  await pause();
  return parsed(unpacked.join("") + decoder.decode(), breath);
}

/** What comes of compressed bytes, written in base64, piece by piece; nothing more once nobody takes it. */
async function* inflated(written: string): AsyncGenerator<Uint8Array> {
  let at = 0;
  const source = new ReadableStream<BufferSource>({
    pull(controller) {
      if (at < written.length) controller.enqueue(base64(written.slice(at, (at += AT_A_TIME)), "what is packed"));
      else controller.close();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw error instanceof InvalidData ? error : new InvalidData("it is damaged: what is packed cannot be unpacked.");
      });
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
