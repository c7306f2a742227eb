import { refuse, text } from "../base/checks";
import { base64 } from "../model/saved_values";

/** What a saved explorer may have at most, packed and unpacked, in characters. */
const MOST_PACKED = 2 ** 26;
const MOST_UNPACKED = 2 ** 27;

/** JSON that was compressed (zlib) and written in base64. */
export async function unpack(packed: unknown): Promise<unknown> {
  const bytes = base64(text(packed, MOST_PACKED, "what is packed"), "what is packed");
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const decoder = new TextDecoder();
  let unpacked = "";
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => refuse("it is damaged: what is packed cannot be unpacked."));
    if (done) break;
    unpacked += decoder.decode(value, { stream: true });
    if (unpacked.length <= MOST_UNPACKED) continue;
    void reader.cancel();
    refuse(`unpacked it has more than ${MOST_UNPACKED} characters, which is the most allowed.`);
  }
  try {
    return JSON.parse(unpacked + decoder.decode());
  } catch {
    return refuse("it is damaged: what was unpacked is no JSON.");
  }
}
