import { bifurcation } from "./bifurcation";
import { curvature } from "./curvature";
import type { ViewKind } from "./view";

/** All kinds of explorers. */
export const VIEWS: readonly ViewKind[] = [curvature, bifurcation];

/** @throws where there is none of that kind, with a sentence. */
export function viewOf(kind: string): ViewKind {
  const found = VIEWS.find((view) => view.kind === kind);
  if (found) return found;
  const known = VIEWS.map((view) => view.kind).join(" and ");
  throw new Error(`it is an explorer of the kind ${JSON.stringify(kind.slice(0, 40))}, and this hesswidget draws ${known}; upgrade hesswidget to see it.`);
}
