import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, setText } from "../../base/dom";
import type { Frame } from "../../engine/frame";
import { eigenvectorName } from "../../engine/slice";
import type { SliceDirections } from "../../model/view_state";

/** Where there are more than two variables: what the landscape is a slice along. */
export class SlicePickers {
  readonly element = html("span", { class: "hw-slice" });
  private readonly kind: HTMLSelectElement;
  private readonly besides: readonly HTMLElement[];
  private readonly pair = ["horizontal variable", "vertical variable"].map((label) => select(label, []));
  private shown: SliceDirections | null = null;
  /** What was picked last of each kind. */
  private readonly last: Record<SliceDirections["kind"], readonly number[]>;

  constructor(
    private readonly names: readonly string[],
    onTurn: (directions: SliceDirections) => void,
    kinds: readonly SliceDirections["kind"][] = ["coordinates", "eigenvectors"],
  ) {
    this.kind = select("what the slice is along", kinds);
    this.last = { coordinates: [0, 1], eigenvectors: [0, names.length - 1], paths: [0, 1], random: [0, 1] };
    this.besides = [this.pair[0], html("span", { class: "hw-wide-only" }, "and"), this.pair[1]];
    if (names.length < 3) return;
    this.kind.addEventListener("change", () => {
      const kind = kinds[this.kind.selectedIndex];
      onTurn({ kind, indices: this.last[kind] });
    });
    this.pair.forEach((one, k) => {
      one.addEventListener("change", () => {
        const { kind, indices } = this.shown!;
        const now = this.pair.map((s) => s.selectedIndex);
        if (now[0] === now[1]) now[1 - k] = indices[k];
        onTurn({ kind, indices: now });
      });
    });
    this.element.append(html("span", { class: "hw-wide-only" }, "slice along"), this.kind, ...this.besides);
  }

  /** Show what the slice is along; eigenvectors with their eigenvalues, as a frame has them. */
  show(directions: SliceDirections, frame: Frame | null): void {
    if (this.names.length < 3) return;
    const isAlong = directions.kind === "coordinates";
    if (this.shown === directions && (isAlong || !frame)) return;
    this.shown = directions;
    this.last[directions.kind] = directions.indices;
    this.kind.value = directions.kind;
    for (const part of this.besides) part.hidden = directions.kind === "paths" || directions.kind === "random";
    this.pair.forEach((one, k) => {
      while (one.options.length < this.names.length) one.append(html("option"));
      this.names.forEach((name, i) => setText(one.options[i], isAlong || !frame ? name : eigenvectorName(i, frame)));
      one.selectedIndex = directions.indices[k];
      one.setAttribute("aria-label", `${k ? "vertical" : "horizontal"} ${isAlong ? "variable" : "eigenvector"}`);
    });
  }
}

function select(label: string, options: readonly string[]): HTMLSelectElement {
  return html("select", { "aria-label": label, ...SUPPRESS_NOTEBOOK_SHORTCUTS }, ...options.map((text) => html("option", {}, text)));
}
