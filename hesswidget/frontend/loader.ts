/** What every explorer brings along: it finds the front end, which a page loads once for each version, and hands over to it. */
import type { RenderProps } from "@anywidget/types";

interface FrontEnd {
  render(props: RenderProps): Promise<void>;
}

/** How long the page's own manager is waited for alone, and when there is no hope, in milliseconds. */
const PATIENCE = 400;
const LONGEST_WAIT = 30_000;
/** The front end's hash. Python writes it here. */
const HASH = "@HASH@";
const KIND = "front_end";
/** What a reference to another widget begins with. */
const REFERENCE = "IPY_MODEL_";

/** The page's front ends by hash, and their stylesheets. */
const loaded: Map<string, Promise<[FrontEnd, CSSStyleSheet]>> = ((globalThis as any)[Symbol.for("hesswidget")] ??= new Map());

async function render(props: RenderProps & { signal: AbortSignal }): Promise<void> {
  const { el, signal } = props;
  signal.addEventListener("abort", () => el.replaceChildren());
  try {
    const [frontEnd, sheet] = await find(props);
    if (signal.aborted) return;
    style(el, sheet);
    await frontEnd.render(props);
  } catch (error) {
    const sentence = document.createElement("p");
    sentence.setAttribute("role", "alert");
    sentence.textContent = `This explorer cannot be drawn: ${(error as Error).message}`;
    if (!signal.aborted) el.append(sentence);
  }
}

async function find({ model, signal }: RenderProps & { signal: AbortSignal }): Promise<[FrontEnd, CSSStyleSheet]> {
  const found = await loaded.get(HASH)?.catch(() => null); // whoever asked first may have had a kernel that is gone
  if (found) return found;
  const mine = load(model, signal);
  loaded.set(HASH, mine);
  mine.catch(() => loaded.get(HASH) === mine && loaded.delete(HASH));
  return mine;
}

async function load(model: RenderProps["model"], signal: AbortSignal): Promise<[FrontEnd, CSSStyleSheet]> {
  const giveUp = sleep(LONGEST_WAIT).then(() => {
    throw new Error("its front end did not come. Run its cell again.");
  });
  const sources = [fromManager(model), sleep(PATIENCE).then(() => fromKernel(model, signal))];
  const first = Promise.any(sources).catch(({ errors }: AggregateError) => {
    throw errors[0];
  });
  const { program, stylesheet } = await unpack(await Promise.race([first, giveUp]));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(stylesheet);
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const module = await import(url);
  URL.revokeObjectURL(url);
  return [module.default, sheet];
}

/** From the widget that has it, in a running kernel or in saved state. */
async function fromManager(model: RenderProps["model"]): Promise<string> {
  const reference = String(model.get("_front_end"));
  const source: any = await model.widget_manager.get_model(reference.slice(REFERENCE.length));
  return checked(source.get("packed"));
}

/** From the explorer's own kernel: a page may share its kernel's process with others, one of which has that widget. */
function fromKernel(model: RenderProps["model"], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const id = crypto.getRandomValues(new Uint32Array(2)).join();
    const receive = (content: any) => {
      if (content?.id !== id) return;
      model.off("msg:custom", receive);
      checked(content.packed).then(resolve, reject);
    };
    model.on("msg:custom", receive);
    signal.addEventListener("abort", () => {
      model.off("msg:custom", receive);
      reject(new Error("the explorer is gone."));
    });
    model.send({ kind: KIND, id });
  });
}

/** No other program than the one that this explorer was made with is run. Pages without HTTPS cannot compute a hash. */
async function checked(packed: unknown): Promise<string> {
  if (typeof packed !== "string") throw new Error("its front end is missing.");
  const bytes = await crypto.subtle?.digest("SHA-256", new TextEncoder().encode(packed));
  const hash = bytes && [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash && hash !== HASH) throw new Error("its front end is another version's. Run its cell again.");
  return packed;
}

/** JSON that was compressed by zlib and written in base64. */
async function unpack(packed: string): Promise<{ program: string; stylesheet: string }> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

/** Adopt a stylesheet where an element is: in the document, or in a shadow root. */
function style(el: HTMLElement, sheet: CSSStyleSheet): void {
  const root = el.getRootNode();
  const scope = root instanceof ShadowRoot ? root : document;
  if (!scope.adoptedStyleSheets.includes(sheet)) scope.adoptedStyleSheets.push(sheet);
}

function sleep(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}

export default { render };
