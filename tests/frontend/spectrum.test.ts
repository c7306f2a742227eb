import { isOfAJob, mountJob } from "../../hesswidget/frontend/measured";
import { type FoundSpectrum, SpectrumPanel } from "../../hesswidget/frontend/panels/spectrum";

function outer(value: number, residual: number | null) {
  return { value, residual, words: String(value), within: residual === null ? "" : `± ${residual}` };
}

const FOUND: FoundSpectrum = {
  title: "spectrum of <f>",
  n: 2000,
  mode: "extreme",
  cost: 1234,
  is_open: true,
  density: [[-1, 0, 1, 2], [0.1, 1, 0.1, 0.01], [0, 0.5, 0, 0]],
  largest: [outer(2, 0.25), outer(1, null)],
  smallest: [outer(-1, 0)],
  estimates: [["trace", "3 ± 1", "by <hand>"]],
};

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", class { observe() {} disconnect() {} });
  vi.stubGlobal("matchMedia", () => new EventTarget());
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(500);
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(250);
});

describe("the panel of a spectrum", () => {
  function panelOf() {
    const [cancels, more] = [vi.fn(), vi.fn()];
    const panel = new SpectrumPanel(cancels, more);
    return { panel, cancels, more, all: (selector: string) => [...panel.element.querySelectorAll(selector)] };
  }

  it("has a band about the density, and each end with what its residual leaves open", () => {
    const { panel, all } = panelOf();
    panel.show(FOUND, ["Said."]);
    expect(all("h3")[0].textContent).toBe("spectrum of <f>, n = 2,000: extreme, 1,234 products");
    expect(all("tr").map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([["trace", "3 ± 1"]]);
    expect(all(".hw-density-band")[0].getAttribute("d")).toMatch(/^M.*Z$/);
    expect(all(".hw-ends g > g").length).toBe(3);
    const [sure, unknown, exact] = all(".hw-residual").map((path) => path.getAttribute("d"));
    expect([sure!.startsWith("M"), sure === "M0 0", unknown, exact]).toEqual([true, false, "M0 0", "M0 0"]);
    const [two, one] = all(".hw-ends rect").map((bar) => Number(bar.getAttribute("width")));
    expect(two).toBeCloseTo(2 * one);
    expect(all(".hw-ends")[0].getAttribute("aria-label")).toContain("2 ± 0.25, 1 , -1 ± 0");
  });

  it("has no density where nothing is known, and keeps the last picture beside a sentence", () => {
    const { panel, all } = panelOf();
    panel.show({ ...FOUND, density: null }, []);
    expect(all(".hw-density")[0].getAttribute("aria-label")).toMatch(/^no density/);
    panel.show(null, ["It ended early."]);
    expect(all(".hw-caption").map((line) => line.textContent)).toEqual(["It ended early."]);
    expect(all(".hw-ends g > g").length).toBe(3);
  });
});

describe("a widget that shows what a job finds", () => {
  const CONTROL = { kind: "range", name: "l2", trait: "l2", start: 0.5, minimum: 0, maximum: 2, step: 0.1, integer: false, logarithmic: false };

  function mounted() {
    const values: Record<string, unknown> = { _view: "spectrum", _controls: [CONTROL], _settings: { l2: 0.5 }, _found: {}, _progress: {} };
    const heard = new Map<string, () => void>();
    const sent: unknown[] = [];
    const model = { get: (name: string) => values[name], on: (event: string, call: () => void) => heard.set(event, call), off: (event: string) => heard.delete(event), send: (message: unknown) => sent.push(message) };
    const el = document.createElement("div");
    const end = new AbortController();
    mountJob(model as unknown as Parameters<typeof mountJob>[0], el, end.signal);
    const set = (name: string, value: unknown) => {
      values[name] = value;
      heard.get(`change:${name}`)!();
    };
    const slider = () => el.querySelector<HTMLInputElement>("input[type=range]")!;
    const move = (to: number) => {
      slider().value = String(to);
      slider().dispatchEvent(new Event("input"));
    };
    return { el, end, heard, sent, set, move, slider, isStale: () => el.querySelector(".hw-stale") !== null };
  }

  it("asks for the newest setting once the last is found, and never for two at a time", () => {
    vi.useFakeTimers();
    const { sent, set, move, isStale } = mounted();
    set("_found", { ...FOUND, sentences: [], settings: { l2: 0.5 } });
    move(1);
    expect([sent, isStale()]).toEqual([[{ kind: "set", parameters: { l2: 1 } }], true]);
    move(1.2);
    move(1.3);
    expect(sent.length).toBe(1);
    set("_found", { ...FOUND, sentences: [], settings: { l2: 1 } });
    expect(sent.slice(1)).toEqual([{ kind: "set", parameters: { l2: 1.3 } }]);
    move(1.4);
    vi.advanceTimersByTime(300); // at rest what is searched still is given up
    expect(sent.slice(2)).toEqual([{ kind: "set", parameters: { l2: 1.4 } }]);
    expect(isStale()).toBe(true);
    set("_found", { ...FOUND, sentences: [], settings: { l2: 1.4 } });
    expect([sent.length, isStale()]).toEqual([3, false]);
    vi.useRealTimers();
  });

  it("follows Python, but not the echo of what it has itself asked for", () => {
    const { sent, set, move, slider } = mounted();
    set("_found", { ...FOUND, sentences: [], settings: { l2: 0.5 } });
    move(1);
    move(1.5);
    set("_settings", { l2: 1 });
    expect(slider().value).toBe("1.5");
    set("_settings", { l2: 0.2 });
    expect(slider().value).toBe("0.2");
    expect(sent.length).toBe(1);
  });

  it("leaves nothing behind", () => {
    const { el, end, heard } = mounted();
    end.abort();
    expect([el.childElementCount, heard.size]).toEqual([0, 0]);
    expect([isOfAJob("cost"), isOfAJob("toString"), isOfAJob("curvature")]).toEqual([true, false, false]);
  });
});
