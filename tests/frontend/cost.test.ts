import { CostPanel, type Measured } from "../../hesswidget/frontend/panels/cost";

function growth(amounts: (number | null)[], grows: string, fitted: [[number, number], [number, number]] | null = null) {
  return { amounts, words: amounts.map((one) => (one === null ? "—" : `${one} s`)), grows, fitted };
}

const MEASURED: Measured = {
  title: "cost of f against n, by autograd",
  sizes: [10, 100, 1000],
  computations: [
    { name: "gradient", label: "gradient", seconds: growth([1, 2, 4], "n^0.30", [[10, 1000], [1, 4]]), bytes: growth([80, 800, 8000], "n^1.00", [[10, 1000], [80, 8000]]) },
    { name: "hessian", label: "full <Hessian>", seconds: growth([1, null, null], "—"), bytes: growth([null, null, null], "—") },
  ],
  sentences: ["slopes are fitted"],
};

/** As if it were laid out so wide. */
function panelOf(width: number) {
  const cancels = vi.fn();
  const panel = new CostPanel(cancels);
  const chart = panel.element.querySelector(".hw-cost-chart")!;
  Object.defineProperty(chart, "clientWidth", { value: width });
  Object.defineProperty(chart, "clientHeight", { value: width / 2 });
  const rows = () => [...panel.element.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent));
  return { panel, cancels, rows, all: (selector: string) => [...panel.element.querySelectorAll(selector)] };
}

describe("the panel of what was measured", () => {
  it("has a point for each amount, the fitted lines, and the same in a table", () => {
    const { panel, rows, all } = panelOf(500);
    panel.show(MEASURED);
    expect(all(".hw-cost-point").map((one) => one.textContent)).toEqual([
      "gradient, n = 10: 1 s",
      "gradient, n = 100: 2 s",
      "gradient, n = 1000: 4 s",
      "full <Hessian>, n = 10: 1 s",
    ]);
    expect(rows()).toEqual([["gradient", "4 s, n = 1000", "n^0.30"], ["full <Hessian>", "1 s, n = 10", "—"]]);
    const [line, none] = all("[data-racer] > path.hw-racer").map((path) => path.getAttribute("d")!);
    const [x1, y1, x2, y2] = line.match(/[-\d.]+/g)!.map(Number);
    const points = all(".hw-cost-point").map((one) => [Number(one.getAttribute("cx")), Number(one.getAttribute("cy"))]);
    expect([[x1, y1], [x2, y2]]).toEqual([points[0], points[2]]);
    expect(points[1][0] - points[0][0]).toBeCloseTo(points[2][0] - points[1][0], 0); // by logarithms
    expect(none).toBe("M0 0");
  });

  it("shows bytes as well, and what has not been measured as such", () => {
    const { panel, rows, all } = panelOf(500);
    panel.show(MEASURED);
    (all("button").find((one) => one.textContent === "bytes") as HTMLButtonElement).click();
    expect(rows()).toEqual([["gradient", "8000 s, n = 1000", "n^1.00"], ["full <Hessian>", "—", "—"]]);
    expect(all(".hw-cost-point").length).toBe(3);
  });

  it("says how far it is, and stops it", () => {
    const { panel, cancels, all } = panelOf(500);
    panel.wait({ share: 0.4, words: "hvp, n = 100" });
    const [bar] = all("[role=progressbar]");
    expect(bar.getAttribute("aria-valuetext")).toBe("40 %: hvp, n = 100");
    (all("button").find((one) => one.textContent === "stop") as HTMLButtonElement).click();
    expect(cancels).toHaveBeenCalledOnce();
    panel.wait(null);
    expect((bar.parentElement as HTMLElement).hidden).toBe(true);
  });

  it("draws nothing before there is anything, nor where there is no room", () => {
    const { panel, all } = panelOf(0);
    panel.show(null);
    panel.show(MEASURED);
    expect(all(".hw-cost-point")).toEqual([]);
    expect(all("tbody tr").length).toBe(2);
  });
});
