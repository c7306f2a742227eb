/** The front end, which is loaded when the first saved explorer is to be drawn. */
import "../../static/explorer.css";
// @ts-expect-error The bundle has no types; those of its source are given below.
import * as bundle from "../../static/explorer.js";

export const show: typeof import("../../frontend/saved").show = bundle.show;
