import { VIEWS, viewOf } from "../../hesswidget/frontend/views";

it("finds each kind of explorer by its name", () => {
  expect(new Set(VIEWS.map(({ kind }) => kind)).size).toBe(VIEWS.length);
  for (const view of VIEWS) expect(viewOf(view.kind)).toBe(view);
});

it("says what it draws where it is asked for another kind", () => {
  for (const kind of ["spectrum", "constructor", undefined, "<b>".repeat(99), 7, {}]) {
    expect(() => viewOf(kind)).toThrow(/^it is an explorer of the kind .{1,60}, and this hesswidget draws curvature, bifurcation/);
  }
});
