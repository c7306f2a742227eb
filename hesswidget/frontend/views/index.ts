import { shown } from "../base/checks";
import { bifurcation } from "./bifurcation";
import { curvature } from "./curvature";
import { descent } from "./descent";
import { regularize } from "./regularize";
import type { ViewKind } from "./view";

/** All kinds of explorers. */
export const VIEWS: readonly ViewKind[] = [
  curvature,
  bifurcation,
  descent,
  regularize,
];

/** @throws where there is none of that kind, with a sentence. */
export function viewOf(kind: unknown): ViewKind {
  const found = VIEWS.find((view) => view.kind === kind);
  if (found) return found;
  const known = VIEWS.map((view) => view.kind).join(", ");
  throw new Error(`it is an explorer of the kind ${shown(kind)}, and this hesswidget draws ${known}; upgrade hesswidget to see it.`);
}
