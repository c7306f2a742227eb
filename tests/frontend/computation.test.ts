import { BrowserEngine } from "../../hesswidget/frontend/engine/browser";
import { AtPoint, type ComputedArrays } from "../../hesswidget/frontend/engine/computation";
import type { Library } from "../../hesswidget/frontend/engine/library";
import type { Link } from "../../hesswidget/frontend/engine/link";
import { SavedAnswers } from "../../hesswidget/frontend/saved/answers";
import type { Answer } from "../../hesswidget/frontend/engine/link";
import { SavedStates } from "../../hesswidget/frontend/saved/states";

const line = new AtPoint("line");
const request = { point: Float64Array.of(3), parameters: { a: 2 }, moving: false };

/** Programs that write into memory of their own, as compiled ones do. */
function library(): Library {
  const memory = new Float64Array(1);
  const pieces = function* (name: string, { point }: { point: Float64Array }) {
    if (name !== "line") throw new Error(`there is no program ${name}`);
    memory[0] = point[0] ** 2;
    return { value: memory };
  };
  return { at: () => ({ pieces }) } as unknown as Library;
}

describe("AtPoint", () => {
  it("is computed at once by the program of its name, and outlives the next run", () => {
    const arrived: ComputedArrays[] = [];
    const answers = { arrived: (computed: ComputedArrays) => arrived.push(computed), failed: () => {} };
    const engine = new BrowserEngine(line.replayed(library()), answers);
    engine.submit(request);
    engine.submit({ ...request, point: Float64Array.of(4) });
    expect(arrived.map(({ arrays, exact }) => [arrays.value[0], exact])).toEqual([[9, true], [16, true]]);
  });

  it("is asked for by the same name", async () => {
    const asked: unknown[] = [];
    const link = {
      ask: async (content: object, numbers: Float64Array[]) => {
        asked.push(content, numbers);
        return { content: { arrays: [["value", []], ["gradient", [1]]] }, buffers: [7, 8].map((x) => new DataView(Float64Array.of(x).buffer)) };
      },
    } as unknown as Link;
    const { arrays } = await line.asked(link)(request);
    expect(asked).toEqual([{ kind: "line", parameters: { a: 2 } }, [request.point]]);
    expect([arrays.value[0], arrays.gradient[0]]).toEqual([7, 8]);
  });

  it("claims the derivatives in the order in which Python reads them", () => {
    const [value, gradient, hessian] = [1, 2, 3].map((x) => Float64Array.of(x));
    expect(line.claims({ exact: true, arrays: { hessian, other: gradient, gradient, value } })).toEqual([value, gradient, hessian]);
  });

  it("is found among pictures that were saved, where there are no landscapes", async () => {
    const states = new SavedStates({
      kind: "line",
      parameters: [{ name: "a", trait: "a", stops: [1, 2] }],
      coordinates: [{ trait: "x", stops: [3, 4, 5] }],
      arrays: [{ name: "value", size: 2, data: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, NaN, NaN) }],
      landscapes: [],
      basis: new Float64Array(),
    });
    const ask = line.asked(new SavedAnswers([], states));
    expect([...(await ask(request)).arrays.value]).toEqual([6, 7]);
    await expect(ask({ ...request, point: Float64Array.of(5) })).rejects.toThrow("The function has no value at this point.");
    await expect(ask({ ...request, point: Float64Array.of(9) })).rejects.toThrow("There is no saved picture of this state.");
    await expect(new AtPoint("other").asked(new SavedAnswers([], states))(request)).rejects.toThrow("Python is not running here.");
  });

  it("is found where each picture lies in the plane of its own paths, and in no other slice", async () => {
    const landscape = (f: number) => ({ grids: [Float64Array.of(0, 1), Float64Array.of(0, 1)], values: new Float64Array(4).fill(f), levels: new Float64Array() });
    const states = new SavedStates({
      kind: "race",
      parameters: [],
      coordinates: [{ trait: "x", stops: [3, 4] }, { trait: "y", stops: [0] }],
      arrays: [{ name: "basis", size: 4, data: Float64Array.of(0.6, 0.8, -0.8, 0.6, 0.8, 0.6, -0.6, 0.8) }],
      landscapes: [landscape(1), landscape(2)],
      basis: new Float64Array(),
    });
    const ask = (x: number, ...basis: number[]) => states.answer({}, [Float64Array.of(x, 0), Float64Array.of(x, 0), Float64Array.from(basis)]);
    const shown = ({ buffers }: Answer) => new Float64Array(buffers[3].buffer)[0];
    expect(shown(ask(3, 1, 0, 0, 1))).toBe(1); // who asks first does not know the plane yet
    expect(shown(ask(3, 0.6, 0.8, -0.8, 0.6))).toBe(1);
    expect(shown(ask(4, 0.6, 0.8, -0.8, 0.6))).toBe(2); // nor, from the picture before, that of the next
    expect(() => ask(3, 1, 0, 0, 1)).toThrow("There are saved pictures in the plane of the paths only");
  });
});
